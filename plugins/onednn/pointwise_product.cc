// Multiplies image by image; the gradients of the filters add up.
#include "pointwise_product.h"

#include "engine.h"

namespace onednn {
namespace {

// Measured on processors with vectors of 256 and of 512 bits, images of 7x7 to 56x56 with 64 to 2048 channels.
constexpr int64_t kLeastPlane = 28 * 28;
constexpr int64_t kLeastPlaneOfWeightGrad = 14 * 14;
constexpr int64_t kLeastFiltersOfWeightGrad = 128;

// A product of float32 matrices without gaps: c (rows, columns) = a b, plus c if it is added to.
struct Product {
    char transpose_a, transpose_b;
    int64_t rows, columns, summed;
    bool adds = false;

    void run(const float* a, const float* b, float* c) const {
        const int64_t a_stride = transpose_a == 'T' ? rows : summed;
        const int64_t b_stride = transpose_b == 'T' ? summed : columns;
        const dnnl_status_t status = dnnl_sgemm(transpose_a,
                                                transpose_b,
                                                rows,
                                                columns,
                                                summed,
                                                1.0F,
                                                a,
                                                a_stride,
                                                b,
                                                b_stride,
                                                adds ? 1.0F : 0.0F,
                                                c,
                                                columns);
        if (status != dnnl_success) throw dnnl::error(status, "sgemm failed");
    }
};

}  // namespace

PointwiseProduct::PointwiseProduct(Kind kind, const Extents& extents)
    : Computation("sgemm"), kind_(kind), extents_(extents) {}

bool PointwiseProduct::is_faster(Kind kind, const Extents& extents) {
    if (kind != Kind::kWeightGrad) return extents.plane >= kLeastPlane;
    return extents.plane >= kLeastPlaneOfWeightGrad && extents.filters >= kLeastFiltersOfWeightGrad;
}

void PointwiseProduct::run(const chx_launch& launch) const {
    const auto* first = chx::data<const float>(chx::input(launch, 0));
    const auto* second = chx::data<const float>(chx::input(launch, 1));
    auto* result = chx::data<float>(chx::output(launch, 0));
    const auto [images, channels, filters, plane] = extents_;
    for (int64_t i = 0; i < images; ++i) {
        const int64_t x = i * channels * plane, y = i * filters * plane;
        switch (kind_) {
            case Kind::kForward:  // y = w x
                Product{'N', 'N', filters, plane, channels}.run(second, first + x, result + y);
                break;
            case Kind::kInputGrad:  // gx = w^T gy
                Product{'T', 'N', channels, plane, filters}.run(second, first + y, result + x);
                break;
            case Kind::kWeightGrad:  // gw = the sum of gy x^T
                Product{'N', 'T', filters, channels, plane, i > 0}.run(
                    first + y, second + x, result);
                break;
        }
    }
}

}  // namespace onednn
