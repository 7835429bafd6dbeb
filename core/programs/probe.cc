// chainerx-probe LIBRARY FD: looks at a plugin as the core would, in a process that may die of it. Says on FD how far it
// came, a line each: started, opened, queried, done; or "refused" if the loader or the plugin decline by themselves.
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "chx/chx_plugin.h"

namespace {

// Whoever started it gives up earlier; this is for the case that he is gone.
constexpr unsigned kLongestLife = 30;

int channel = -1;

void say(const char* line) {
    if (write(channel, line, std::strlen(line)) < 0) {
        _exit(3);
    }
}

[[noreturn]] void end(const char* line) {
    say(line);
    // Without the library's own last words: they are not what the core would see.
    _exit(0);
}

std::size_t length(const char* text) { return text == nullptr ? 0 : std::strlen(text); }

// Touches what the core would read.
std::size_t read_descriptor(const chx_plugin_desc& desc) {
    if (desc.magic != CHX_MAGIC || desc.abi_major != CHX_ABI_MAJOR ||
        desc.struct_size < sizeof(chx_plugin_desc)) {
        return 0;
    }
    std::size_t read = length(desc.name) + length(desc.version) + length(desc.vendor) +
                       length(desc.build_info) + length(desc.kernels_for);
    for (uint32_t i = 0; desc.option_defs != nullptr && i < desc.n_option_defs; ++i) {
        read += length(desc.option_defs[i]->name) + length(desc.option_defs[i]->default_value);
    }
    return read;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 2;
    }
    channel = std::atoi(argv[2]);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0);
    alarm(kLongestLife);

    say("started\n");
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        end("refused\n");
    }
    say("opened\n");
    const auto query =
        reinterpret_cast<chx_plugin_query_fn>(dlsym(library, CHX_PLUGIN_QUERY_SYMBOL));
    const chx_plugin_desc* desc = query == nullptr ? nullptr : query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    if (desc == nullptr) {
        end("refused\n");
    }
    say("queried\n");
    volatile std::size_t read = read_descriptor(*desc);
    static_cast<void>(read);
    end("done\n");
}
