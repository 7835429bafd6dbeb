// CHAINERX_LAYERS and CHAINERX_WATCHDOG, around a plugin that works and one that breaks the contract.
#include <chrono>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "core/faults/faulty_process.h"
#include "core/plugin/expect_error.h"
#include "device/device_state.h"
#include "plugin/plugin_registry.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

void run_with_layers(const char* layers,
                     const std::string& options,
                     const std::function<void()>& body) {
    run_with_faults(options, [&] {
        setenv("CHAINERX_LAYERS", layers, 1);
        set_log_queue(1000);
        body();
    });
}

std::string logged() {
    std::string text;
    for (const LogRecord& record : take_log_records())
        text += record.component + ": " + record.text + "\n";
    return text;
}

TEST(Layers, OffLeaveTheTablesAlone) {
    run_with_faults("", [] {
        faulty();
        native();
        internal::LoadedPlugin& plugin = internal::require_device_plugin("faulty");
        EXPECT_EQ(plugin.api.kernels[0]->state, nullptr) << "the plugin's own definition";
    });
}

TEST(Layers, ThatDoNotExistAreNamed) {
    run_with_layers("trace,nonesuch", "", [] {
        for (int i = 0; i < 2; ++i) {
            expect_contains(message_of<ValueError>([] { native(); }),
                            "CHAINERX_LAYERS: 'trace,nonesuch' given; 'nonesuch' is no layer");
        }
    });
}

TEST(Layers, ChangeNothingForGoodPlugins) {
    for (const char* layers :
         {"validate", "trace", "validate,trace", "trace,validate", "validate,record,trace"}) {
        run_with_layers(layers, "", [] {
            set_log_level(kLogError);
            setenv("CHAINERX_RECORD_FILE", "/dev/null", 1);
            const Array a = floats_on(faulty(), 1);
            Stream stream(faulty());
            {
                const StreamScope scope(stream);
                expect_filled(a + a, 2);
            }
            stream.synchronize();
            faulty().synchronize();
            Array x = floats_on(native(), 0.5, 3000).require_grad();
            for (int i = 0; i < 3; ++i)
                sum(exp(x.reshape({30, 100}).transpose()) * x.reshape({100, 30})).backward();
            matmul(x.reshape({30, 100}), x.reshape({100, 30}));
            const Array y = floats_on(native(), 1, 100);
            y += 1;
            y.set_at({Slice(10, 20)}, 5.0);
            expect_others_work();
            faulty().trim_memory();
            native().trim_memory();
            EXPECT_EQ(logged(), "");
        });
    }
}

TEST(Trace, TellsOfEveryCall) {
    run_with_layers("trace", "kernel_fails_at=2", [] {
        set_log_level(kLogInfo);
        const Array a = floats_on(faulty(), 1);
        a + a;
        EXPECT_THROW(a + a, DeviceError);
        const std::string text = logged();
        expect_contains(text,
                        "chainerx.trace: device_open on faulty:0 (plugin faulty 1.0.0): CHX_OK, ");
        expect_contains(text, "alloc on faulty:0 (plugin faulty 1.0.0): 64 bytes, align 64, at 0x");
        expect_contains(text,
                        "kernel chx.add on faulty:0 (plugin faulty 1.0.0): (f32[4], f32[4]) -> "
                        "(f32[4]): CHX_OK, ");
        expect_contains(text, "-> (f32[4]): CHX_E_INTERNAL, ");
    });
}

TEST(Trace, SaysWhereItsLinesAre) {
    run_with_layers("trace", "", [] {
        native();
        expect_contains(logged(), "its lines are seen with CHAINERX_LOG=info");
    });
}

struct Breach {
    const char* options;
    const char* text;
};

TEST(Validate, FindsWhatKernelsWriteBesideTheirOutputs) {
    for (const Breach& breach :
         {Breach{"host=1,writes_element=5", "memory behind output 0 was written by the kernel"},
          Breach{"host=1,writes_element=17", "output 0: byte 4 behind a block of 64 bytes"},
          Breach{"host=1,writes_element=-2", "output 0: byte 8 before a block of 64 bytes"},
          Breach{"host=1,writes_input=1", "input 0 was written by the kernel"}}) {
        run_with_layers("validate", breach.options, [&] {
            const Array a = floats_on(faulty(), 1);
            const Array b = floats_on(faulty(), 1);
            const std::string text = message_of<DeviceError>([&] { a + b; });
            expect_contains(text,
                            "validate: kernel chx.add on faulty:0 (plugin faulty 1.0.0): the "
                            "plugin breaks the contract");
            expect_contains(text, breach.text);
            expect_contains(logged(), breach.text);
        });
    }
}

TEST(Validate, FindsBadResults) {
    run_with_layers("validate", "host=1,misaligned=8", [] {
        expect_contains(message_of<DeviceError>([] { floats_on(faulty(), 1); }),
                        "is not aligned to 64");
    });
    run_with_layers("validate", "kernel_fails_at=1,silent=1", [] {
        const Array a = floats_on(faulty(), 1);
        expect_contains(message_of<DeviceError>([&] { a + a; }),
                        "failed with status 5 and without a text");
    });
    run_with_layers("validate", "kernel_fails_at=1,code=99", [] {
        const Array a = floats_on(faulty(), 1);
        expect_contains(message_of<DeviceError>([&] { a + a; }), "status 99 is unknown");
    });
}

// The core's side, with the plugin's table in hand.
TEST(Validate, RefusesWhatTheCoreMayNotAsk) {
    run_with_layers("validate", "host=1", [] {
        faulty();
        const internal::DeviceState& device = internal::state_of(faulty());
        const chx_device_api& api = *device.api;
        chx_memref memory{}, other{};
        EXPECT_EQ(api.alloc(device.handle, 0, 64, CHX_MEM_DEVICE, nullptr, &memory), CHX_E_INVALID);
        EXPECT_EQ(api.alloc(device.handle, 64, 48, CHX_MEM_DEVICE, nullptr, &memory),
                  CHX_E_INVALID);
        EXPECT_EQ(api.alloc(device.handle, 64, 64, 9, nullptr, &memory), CHX_E_INVALID);
        ASSERT_EQ(api.alloc(device.handle, 64, 64, CHX_MEM_DEVICE, nullptr, &memory), CHX_OK);
        ASSERT_EQ(api.alloc(device.handle, 64, 64, CHX_MEM_DEVICE, nullptr, &other), CHX_OK);
        EXPECT_EQ(api.copy(device.handle, &other, &memory, 64, nullptr), CHX_OK);
        EXPECT_EQ(api.copy(device.handle, &other, &memory, 0, nullptr), CHX_E_INVALID);
        EXPECT_EQ(api.copy(device.handle, &other, &memory, 65, nullptr), CHX_E_INVALID);
        EXPECT_EQ(api.copy(device.handle, &memory, &memory, 64, nullptr), CHX_E_INVALID);
        EXPECT_EQ(api.free(device.handle, &memory, nullptr), CHX_OK);
        EXPECT_EQ(api.free(device.handle, &memory, nullptr), CHX_E_INVALID);
        EXPECT_EQ(api.copy(device.handle, &other, &memory, 64, nullptr), CHX_E_INVALID);
        EXPECT_EQ(api.free(device.handle, &other, nullptr), CHX_OK);
        const std::string text = logged();
        for (const char* part : {"0 bytes were asked for",
                                 "an alignment of 48",
                                 "memory of kind 9",
                                 "0 bytes were to be copied",
                                 "bytes 64 to 129 lie outside of the block, which has 64 from 64",
                                 "source and destination overlap",
                                 "a second time, or never allocated",
                                 "source: the memory has been freed"}) {
            expect_contains(text, part);
        }
    });
}

TEST(Validate, LetsNobodyCallALostDevice) {
    run_with_layers("validate", "lost_at=1", [] {
        const Array a = floats_on(faulty(), 1);
        EXPECT_THROW(a + a, DeviceError);
        const internal::DeviceState& device = internal::state_of(faulty());
        EXPECT_EQ(device.api->sync(device.handle, nullptr), CHX_E_INVALID);
        expect_contains(logged(),
                        "sync on faulty:0 (plugin faulty 1.0.0): the core breaks the contract: the "
                        "device has been lost");
        expect_others_work();
    });
}

TEST(Watchdog, NamesACallThatDoesNotReturn) {
    run_with_faults("stall_at=1", [] {
        setenv("CHAINERX_WATCHDOG", "0.05", 1);
        set_log_queue(100);
        const Array a = floats_on(faulty(), 1);
        a + a;
        // Blocks until the plugin is told to end, which is the way out for the thread.
        std::thread waiting([] {
            try {
                faulty().synchronize();
            } catch (const ChainerxError&) {
            }
        });
        std::string text;
        for (int i = 0; i < 400 && text.empty(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            text = logged();
        }
        expect_contains(
            text,
            "chainerx.watchdog: sync on faulty:0 (plugin faulty 1.0.0) has not returned for 0.");
        expect_contains(text, "s; thread ");
        internal::shutdown_plugins();
        waiting.join();
        expect_contains(logged(), "sync on faulty:0 (plugin faulty 1.0.0) has returned after ");
    });
}

TEST(Watchdog, HasNothingToSayOfOthers) {
    run_with_faults("", [] {
        limit_waiting("5");
        set_log_queue(100);
        const Array a = floats_on(faulty(), 1);
        expect_filled(a + a, 2);
        EXPECT_EQ(logged(), "");
    });
    run_with_faults("", [] {
        setenv("CHAINERX_WATCHDOG", "often", 1);
        expect_contains(message_of<ValueError>([] { native(); }),
                        "CHAINERX_WATCHDOG: 'often' given");
    });
}

TEST(Validate, FindsUsesOfWhatHasBeenDestroyed) {
    run_with_layers("validate", "", [] {
        const internal::DeviceState& device = internal::state_of(faulty());
        const chx_device_api& api = *device.api;
        chx_stream* stream = nullptr;
        chx_event* event = nullptr;
        ASSERT_EQ(api.stream_create(device.handle, 0, &stream), CHX_OK);
        ASSERT_EQ(api.event_create(device.handle, 0, &event), CHX_OK);
        EXPECT_EQ(api.event_record(event, stream), CHX_OK);
        EXPECT_EQ(api.event_sync(event), CHX_OK);
        EXPECT_EQ(api.stream_destroy(stream), CHX_OK);

        int32_t done = 0;
        EXPECT_EQ(api.stream_query(stream, &done), CHX_E_INVALID);
        expect_contains(logged(),
                        "stream_query on faulty:0 (plugin faulty 1.0.0): the core breaks the "
                        "contract: the stream has been destroyed");
        EXPECT_EQ(api.event_record(event, stream), CHX_E_INVALID);
        EXPECT_EQ(api.stream_destroy(stream), CHX_E_INVALID);
        EXPECT_EQ(api.event_destroy(event), CHX_OK);
        logged();
        EXPECT_EQ(api.event_query(event, &done), CHX_E_INVALID);
        expect_contains(logged(), "the event has been destroyed");
        EXPECT_EQ(api.event_destroy(event), CHX_E_INVALID);
    });
}

TEST(Validate, HoldsLaunchesToTheOpsRow) {
    run_with_layers("validate", "host=1", [] {
        const Array a = floats_on(faulty(), 1), sum = floats_on(faulty(), 0);
        const internal::DeviceState& device = internal::state_of(faulty());
        const chx_kernel_def& add = device.plugin->kernels.at(0);
        ASSERT_STREQ(add.op, "chx.add");
        const chx_tensor* in[] = {&a.body()->tensor, &a.body()->tensor};
        chx_tensor* out[] = {&sum.body()->tensor};
        chx_launch launch{};
        launch.struct_size = sizeof launch;
        launch.n_in = 2;
        launch.n_out = 1;
        launch.in = in;
        launch.out = out;
        launch.device = device.handle;
        EXPECT_EQ(add.fn(add.state, &launch), CHX_OK);
        launch.n_in = 1;
        EXPECT_EQ(add.fn(add.state, &launch), CHX_E_INVALID);
        expect_contains(logged(), "1 operands and 1 results; the op has 2 and 1");
        launch.n_in = 2;
        launch.attrs = &launch;
        EXPECT_EQ(add.fn(add.state, &launch), CHX_E_INVALID);
        launch.attrs = nullptr;
        launch.struct_size = 40;
        EXPECT_EQ(add.fn(add.state, &launch), CHX_E_INVALID);
        expect_contains(logged(), "the launch record has 40 bytes");
    });
}

TEST(Validate, KnowsOnlyTheLatestOfWhatHasBeenDestroyed) {
    run_with_layers("validate", "", [] {
        const internal::DeviceState& device = internal::state_of(faulty());
        for (int i = 0; i < 10'000; ++i) {
            chx_event* event = nullptr;
            ASSERT_EQ(device.api->event_create(device.handle, 0, &event), CHX_OK);
            ASSERT_EQ(device.api->event_destroy(event), CHX_OK);
        }
    });
}

TEST(Layers, LetProgramsUseADevicesCaptureAndGraphs) {
    for (const bool compiles : {false, true}) {
        run_with_faults("", [&] {
            unsetenv("CHAINERX_PLUGIN_OPTIONS");
            setenv("CHAINERX_LAYERS", "validate,trace", 1);
            set_log_queue(100'000);
            set_log_level(kLogInfo);
            const DeviceScope scope(sim());
            ProgramOptions options;
            options.compile_on_device = compiles;
            const CompiledFunction function = compile(
                [](const std::vector<Array>& in) {
                    return std::vector<Array>{sum(exp(matmul(in[0], in[0])))};
                },
                options);
            const Array x = full(Shape{2, 2}, 1.0, DType::kFloat32);
            for (int i = 0; i < 4; ++i)
                EXPECT_NEAR(static_cast<double>(function({x})[0].item()), 4 * std::exp(2), 1e-4);
            const std::string text = logged();
            expect_contains(text, compiles ? "graph launch on sim:0" : "capture launch on sim:0");
            EXPECT_EQ(text.find("breaks the contract"), text.npos);
        });
    }
}

}  // namespace
}  // namespace chainerx::testing
