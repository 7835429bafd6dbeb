/* Not broken: writes down what the core does with it in the file that its option "journal" names. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tier_0.h"

struct chx_plugin {
    char journal[512];
};

static struct chx_plugin the_plugin;

static void note(const char* text) {
    int file = the_plugin.journal[0] == '\0'
                   ? -1
                   : open(the_plugin.journal, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file >= 0) {
        ssize_t written = write(file, text, strlen(text));
        (void)written;
        close(file);
    }
}

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    uint32_t i;
    for (i = 0; i < n_options; ++i) {
        if (strcmp(options[i]->name, "journal") == 0) {
            snprintf(the_plugin.journal, sizeof the_plugin.journal, "%s", options[i]->value);
        }
    }
    note("create\n");
    *plugin = &the_plugin;
    offer_tier_0(host_api, out);
    return CHX_OK;
}

static void prepare_exit(chx_plugin* plugin) {
    (void)plugin;
    note("prepare_exit\n");
}

static void after_fork_child(chx_plugin* plugin) {
    (void)plugin;
    note("after_fork_child\n");
}

static const chx_option_def journal = {"journal", "", "file to write to"};
static const chx_option_def* const option_defs[] = {&journal};

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "observed",
    .create = create,
    .prepare_exit = prepare_exit,
    .after_fork_child = after_fork_child,
    .option_defs = option_defs,
    .n_option_defs = 1,
};

DEFINE_QUERY(desc)
