// Reads CHAINERX_LAYERS and CHAINERX_WATCHDOG.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "device/synchronize.h"
#include "layer/layer.h"

namespace chainerx::internal {

namespace {

std::unique_ptr<Layer> make_layer(std::string_view name, std::string_view all) {
    if (name == "validate") return make_validate_layer();
    if (name == "trace") return make_trace_layer();
    if (name == "record") return make_record_layer();
    throw ValueError(
        fmt::format("CHAINERX_LAYERS: '{}' given; '{}' is no layer: expected a list of validate, "
                    "trace and record, "
                    "separated by commas, the one nearest to the core first",
                    all,
                    name));
}

// 0: there is none.
int64_t watchdog_limit_ns() {
    const char* text = std::getenv("CHAINERX_WATCHDOG");
    if (text == nullptr || *text == '\0')
        return sync_timeout().value_or(std::chrono::nanoseconds(0)).count();
    double seconds = 0;
    const char* end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, seconds);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(seconds > 0) || !(seconds < 1e9)) {
        throw ValueError(fmt::format(
            "CHAINERX_WATCHDOG: '{}' given; expected a number of seconds greater than 0", text));
    }
    return static_cast<int64_t>(seconds * 1e9);
}

std::vector<Layer*> make_requested() {
    std::vector<std::unique_ptr<Layer>> made;
    const char* given = std::getenv("CHAINERX_LAYERS");
    const std::string_view names = given == nullptr ? "" : given;
    for (size_t begin = 0; begin < names.size();) {
        const size_t end = std::min(names.find(',', begin), names.size());
        made.push_back(make_layer(names.substr(begin, end - begin), names));
        begin = end + 1;
    }
    if (const int64_t limit = watchdog_limit_ns(); limit > 0) made.push_back(make_watchdog(limit));
    std::vector<Layer*> layers;
    for (std::unique_ptr<Layer>& layer : made) layers.push_back(layer.release());
    return layers;
}

}  // namespace

const std::vector<Layer*>& requested_layers() {
    static const std::vector<Layer*>& layers =
        *std::make_unique<std::vector<Layer*>>(make_requested()).release();
    return layers;
}

}  // namespace chainerx::internal
