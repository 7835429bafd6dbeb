// softmax_cross_entropy and its gradient against the definition.
#include <chx/ops/loss.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

TEST(SoftmaxCrossEntropy, ForwardAndGradient) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const Shape& shape : {Shape{1, 1}, Shape{5, 10}, Shape{300, 40}, Shape{2, 1000}}) {
            const int64_t rows = shape[0], classes = shape[1];
            const Tensor x = random_tensor(dtype, shape, 1), g = random_tensor(dtype, {rows}, 2);
            Tensor t("i64", {rows});
            for (int64_t i = 0; i < rows; ++i) {
                t.set_i64(i, i % 5 == 3 ? (i % 2 == 0 ? -1 : classes) : i * 7 % classes);
            }
            Values loss, log_p, gx;
            for (int64_t i = 0; i < rows; ++i) {
                double total = 0;
                for (int64_t j = 0; j < classes; ++j) {
                    total += std::exp(x.real(i * classes + j));
                }
                const int64_t label = t.get_i64(i);
                const bool valid = label >= 0 && label < classes;
                for (int64_t j = 0; j < classes; ++j) {
                    log_p.push_back(x.real(i * classes + j) - std::log(total));
                    gx.push_back(valid ? (std::exp(log_p.back()) - (j == label ? 1.0 : 0.0)) *
                                             g.real(i)
                                       : 0.0);
                }
                loss.push_back(valid ? -log_p[i * classes + label] : 0.0);
            }
            Tensor loss_result(dtype, {rows}), log_p_result(dtype, shape), gx_result(dtype, shape);
            const Plugin& plugin = Plugin::instance();
            ASSERT_EQ(
                CHX_OK,
                plugin.launch(
                    "chx.softmax_cross_entropy", dtype, {&x, &t}, {&loss_result, &log_p_result}));
            expect_close(loss_result, loss);
            expect_close(log_p_result, log_p);
            ASSERT_EQ(CHX_OK,
                      plugin.launch(
                          "chx.softmax_cross_entropy", dtype, {&x, &t}, {&loss_result, nullptr}));
            expect_close(loss_result, loss);
            ASSERT_EQ(CHX_OK,
                      plugin.launch("chx.softmax_cross_entropy_grad",
                                    dtype,
                                    {&log_p_result, &t, &g},
                                    {&gx_result}));
            expect_close(gx_result, gx, dtype == "bf16" || dtype == "f16" ? 20 : 4);
        }
    }
}

TEST(SoftmaxCrossEntropy, NanReachesTheGradient) {
    const Tensor log_p("f32", {1, 2}, std::vector<double>{std::nan(""), std::nan("")});
    const Tensor g("f32", {1}, std::vector<double>{1});
    const Tensor t("i64", {1});
    Tensor gx("f32", {1, 2});
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch(
                  "chx.softmax_cross_entropy_grad", "f32", {&log_p, &t, &g}, {&gx}));
    EXPECT_TRUE(std::isnan(gx.real(0)) && std::isnan(gx.real(1)));
}

TEST(SoftmaxCrossEntropy, Empty) {
    const Tensor x("f32", {0, 4}), t("i64", {0}), g("f32", {0});
    Tensor loss("f32", {0}), log_p("f32", {0, 4});
    const Plugin& plugin = Plugin::instance();
    EXPECT_EQ(CHX_OK, plugin.launch("chx.softmax_cross_entropy", "f32", {&x, &t}, {&loss, &log_p}));
    EXPECT_EQ(CHX_OK,
              plugin.launch("chx.softmax_cross_entropy_grad", "f32", {&x, &t, &g}, {&log_p}));
}

}  // namespace
}  // namespace chx_test
