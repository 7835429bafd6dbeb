// Tests of the process's registry: options, exit and fork, each seen through the journal of a
// plugin.
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>

#include <gtest/gtest.h>

#include "chainerx/log.h"
#include "chainerx/plugin.h"
#include "expect_error.h"
#include "plugin/plugin_registry.h"
#include "test_folders.h"

#if defined(__SANITIZE_ADDRESS__)
static bool is_forked_child = false;

// In the child of a fork the memory of threads that only the parent has looks leaked.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {
    return is_forked_child ? 1 : 0;
}
#endif

namespace chainerx::internal {
namespace {

// Each test runs in a child, since the registry and what is loaded stay for the rest of the
// process.
class PluginLifetime : public testing::Test {
protected:
    template <typename Function>
    int run_in_child(Function function) {
        const pid_t child = fork();
        if (child == 0) {
#if defined(__SANITIZE_ADDRESS__)
            is_forked_child = true;
#endif
            setenv(
                "CHAINERX_PLUGIN_OPTIONS", ("observed.journal=" + journal().string()).c_str(), 1);
            function();
            exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        return status;
    }

    std::filesystem::path journal() const { return folder_.path() / "journal"; }

    std::string journal_text() const {
        std::ifstream stream(journal());
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    std::string written() const {
        std::ifstream stream(folder_.path() / "written");
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    void write(const std::string& text) const { folder_.write("written", text); }

    TemporaryFolder folder_;
};

TEST_F(PluginLifetime, PassesOptionsAndPreparesForTheExitOnce) {
    const int status = run_in_child([] {
        load_plugin(plugin_library("observed"));
        load_plugin(plugin_library("observed"));
        EXPECT_FALSE(are_plugins_shut_down());
    });

    EXPECT_EQ(status, 0);
    EXPECT_EQ(journal_text(), "create\nprepare_exit\n");
}

TEST_F(PluginLifetime, ShuttingDownEarlyIsNotRepeatedAtTheExit) {
    const int status = run_in_child([] {
        load_plugin(plugin_library("observed"));
        shutdown_plugins();
        EXPECT_TRUE(are_plugins_shut_down());
    });

    EXPECT_EQ(status, 0);
    EXPECT_EQ(journal_text(), "create\nprepare_exit\n");
}

TEST_F(PluginLifetime, WarnsOfOptionsThatNobodyKnows) {
    const int status = run_in_child([this] {
        setenv("CHAINERX_PLUGIN_OPTIONS", "observed.colour=red,other.x=1,nonsense", 1);
        set_log_queue(10);
        load_plugin(plugin_library("observed"));
        std::string text;
        for (const LogRecord& record : take_log_records()) {
            text += record.text + "\n";
        }
        write(text);
    });

    EXPECT_EQ(status, 0);
    EXPECT_EQ(written(),
              "CHAINERX_PLUGIN_OPTIONS: 'observed.colour=red' given; observed knows the options: "
              "journal; it is ignored\n"
              "CHAINERX_PLUGIN_OPTIONS: 'nonsense' given; expected plugin.option=value; it is "
              "ignored\n");
}

TEST_F(PluginLifetime, TellsPluginsOfAForkOrMarksThem) {
    const int status = run_in_child([this] {
        load_plugin(plugin_library("observed"));
        load_plugin(plugin_library("nulldev"));
        const pid_t child = fork();
        if (child == 0) {
            const bool is_right = require_device_plugin("nulldev").forked &&
                                  !require_device_plugin("observed").forked &&
                                  plugin_names().size() >= 2;
            _exit(is_right ? 0 : 1);
        }
        int child_status = -1;
        waitpid(child, &child_status, 0);
        write(child_status == 0 && !require_device_plugin("nulldev").forked ? "right" : "wrong");
    });

    EXPECT_EQ(status, 0);
    EXPECT_EQ(written(), "right");
    EXPECT_EQ(journal_text(), "create\nafter_fork_child\nprepare_exit\n");
}

TEST_F(PluginLifetime, ThePublicFunctionsServeTheProcess) {
    const int status = run_in_child([this] {
        setenv("CHAINERX_PLUGIN_ONLY", plugin_folder("nulldev").c_str(), 1);
        const std::string names = plugin_names().at(0) + " " + known_device_plugin_names().at(0);
        const bool is_found = find_device_plugin("nulldev") != nullptr &&
                              find_device_plugin("cuda") == nullptr &&
                              kernel_providers("host").empty();
        write(names + (is_found ? " found\n" : " not found\n") + doctor_text());
    });

    EXPECT_EQ(status, 0);
    expect_contains(written(), "nulldev nulldev found\n");
    expect_contains(written(), "nulldev 1.0.0: loaded");
}

}  // namespace
}  // namespace chainerx::internal
