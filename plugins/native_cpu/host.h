// The services of the core that this plugin was given, and the helpers that build on them.
#pragma once

#include <chx/chx_plugin.hpp>

namespace native {

using chx::host;
using chx::HostBuffer;
using chx::parallel_for;

}  // namespace native
