/* Libraries that crash or hang a process before they have become a plugin; which way, the build says. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <chx/chx_plugin.h>

#if defined(CRASH_WHILE_LOADED) || defined(CRASH_IN_QUERY)
static void crash(void) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}
#endif

#if defined(CRASH_WHILE_LOADED)
__attribute__((constructor)) static void crash_while_loaded(void) { crash(); }
#endif

static chx_status create(const chx_host_api* host,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    (void)options;
    (void)n_options;
    (void)plugin;
    (void)out;
    return host->set_error(CHX_E_UNAVAILABLE, "there is no device behind it");
}

static chx_plugin_desc desc = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = HARMFUL_NAME,
    .version = "1.0.0",
    .create = create,
};

CHX_PLUGIN_QUERY(harmful) {
    (void)host_major;
    (void)host_minor;
#if defined(CRASH_IN_QUERY)
    crash();
#elif defined(HANG_IN_QUERY)
    for (;;) {
        pause();
    }
#elif defined(EXIT_IN_QUERY)
    _exit(7);
#elif defined(CRASH_IN_DESCRIPTOR)
    desc.vendor = (const char*)(uintptr_t)8; /* nobody's memory */
#endif
    return &desc;
}
