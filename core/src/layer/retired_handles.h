// Wrappers of destroyed streams and events, kept for a while so that a late use of one is found instead of crashing.
#pragma once

#include "layer/layer.h"

namespace chainerx::internal {

// Marks it as destroyed; the oldest of those that were retired is deleted. A second time nothing happens.
void retire(InterposedStream* stream);
void retire(InterposedEvent* event);

}  // namespace chainerx::internal
