// Keeps the embedding language's hooks.
#include "chainerx/host_language.h"

namespace chainerx {

namespace internal {
HostLanguageHooks host_language_hooks;
}

void set_host_language_hooks(const HostLanguageHooks& hooks) {
    internal::host_language_hooks = hooks;
}

}  // namespace chainerx
