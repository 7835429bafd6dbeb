// The exceptions that ChainerX throws. Python sees the same names, each also below the built-in that NumPy users catch.
#pragma once

#include <stdexcept>
#include <string>

#include "chainerx/export.h"

namespace chainerx {

// Root of all. The message says what was given, what was expected and what to do.
class CHAINERX_EXPORT ChainerxError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    ~ChainerxError() override;
};

#define CHAINERX_DEFINE_ERROR(name, base)      \
    class CHAINERX_EXPORT name : public base { \
    public:                                    \
        using base::base;                      \
        ~name() override;                      \
    }

CHAINERX_DEFINE_ERROR(ContextError, ChainerxError);
CHAINERX_DEFINE_ERROR(BackendError, ChainerxError);  // a backend can't be found or loaded
CHAINERX_DEFINE_ERROR(PluginError,
                      BackendError);  // a plugin's library is defective or incompatible
CHAINERX_DEFINE_ERROR(DeviceError, ChainerxError);  // devices differ, do not exist or have failed
CHAINERX_DEFINE_ERROR(OutOfMemoryError, DeviceError);  // Python: also a MemoryError
CHAINERX_DEFINE_ERROR(SyncTimeoutError,
                      DeviceError);  // CHAINERX_SYNC_TIMEOUT is over; Python: also a TimeoutError
CHAINERX_DEFINE_ERROR(DimensionError,
                      ChainerxError);  // shapes do not fit; Python: also a ValueError
CHAINERX_DEFINE_ERROR(AxisError,
                      DimensionError);  // an axis is out of range; Python: also an IndexError
CHAINERX_DEFINE_ERROR(DtypeError, ChainerxError);  // dtypes do not fit; Python: also a TypeError
CHAINERX_DEFINE_ERROR(IndexError, ChainerxError);  // Python: also an IndexError
CHAINERX_DEFINE_ERROR(ValueError,
                      ChainerxError);  // any other bad argument; Python: also a ValueError
CHAINERX_DEFINE_ERROR(NotImplementedError,
                      ChainerxError);                      // no rung of the ladder serves this call
CHAINERX_DEFINE_ERROR(GradientError, ChainerxError);       // autograd can't do what was asked
CHAINERX_DEFINE_ERROR(GradientCheckError, ChainerxError);  // a numerical gradient check failed
CHAINERX_DEFINE_ERROR(ProgramError,
                      ChainerxError);  // a function can't be recorded, or not replayed any more
CHAINERX_DEFINE_ERROR(FallbackError,
                      ChainerxError);  // CHAINERX_FALLBACK=error forbids this step of the ladder

#undef CHAINERX_DEFINE_ERROR

}  // namespace chainerx
