// Anchors the exception classes here, so that their type information exists once in the process.
#include "chainerx/error.h"

namespace chainerx {

ChainerxError::~ChainerxError() = default;
ContextError::~ContextError() = default;
BackendError::~BackendError() = default;
PluginError::~PluginError() = default;
DeviceError::~DeviceError() = default;
OutOfMemoryError::~OutOfMemoryError() = default;
SyncTimeoutError::~SyncTimeoutError() = default;
DimensionError::~DimensionError() = default;
AxisError::~AxisError() = default;
DtypeError::~DtypeError() = default;
IndexError::~IndexError() = default;
ValueError::~ValueError() = default;
NotImplementedError::~NotImplementedError() = default;
GradientError::~GradientError() = default;
GradientCheckError::~GradientCheckError() = default;
ProgramError::~ProgramError() = default;
FallbackError::~FallbackError() = default;

}  // namespace chainerx
