// Convolutions whose windows are single elements, as products of matrices: the filters with the planes of an image, in
// the order in which the core has them. Convolutions rearrange images of several channels first, which costs more than
// the rest where the planes are large.
#pragma once

#include "computation.h"

namespace onednn {

class PointwiseProduct : public Computation {
public:
    enum class Kind { kForward, kInputGrad, kWeightGrad };

    // x: images (n, channels, plane); y: (n, filters, plane).
    struct Extents {
        int64_t images, channels, filters, plane;
    };

    PointwiseProduct(Kind kind, const Extents& extents);

    // Whether it is the faster way.
    static bool is_faster(Kind kind, const Extents& extents);

    void run(const chx_launch& launch) const override;

private:
    Kind kind_;
    Extents extents_;
};

}  // namespace onednn
