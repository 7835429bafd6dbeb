// Making, indexing, joining and rearranging arrays on all devices.
#include <complex>

#include "core/ops/device_cases.h"

namespace chainerx::testing {

namespace {

// Writes at an index and returns what became of the array.
template <typename Value>
Array written(const Array& x, const std::vector<ArrayIndex>& index, const Value& value) {
    const Array copy = x.copy();
    copy.set_at(index, value);
    return copy;
}

}  // namespace

std::vector<DeviceCase> array_cases() {
    return {
        {"Take",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{
                         take(x, some_integers({2, 0, -1, 2}), 0),
                         take(x, some_integers({7, -1, 3}), std::nullopt),
                         take(x, some_integers({5, -9}), 1, "wrap"),
                         take(x, some_integers({5, -9}), 1, "clip"),
                         take_along_axis(x, reshape(some_integers({1, 0, 3}), {3, 1}), 1)};
                 },
                 {data({3, 4})});
         }},
        {"BasicIndexing",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{
                         x.at({1}),
                         x.at({Slice{{}, {}, -2}, 2}),
                         x.at({ArrayIndex::ellipsis(), ArrayIndex::new_axis(), Slice{1, 3}}),
                         x.at({0, 0, 0})};
                 },
                 {data({3, 4, 2})});
         }},
        {"AdvancedIndexing",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{
                         x.at({some_integers({2, 0, 0})}),
                         x.at({Slice{}, some_integers({1, -1})}),
                         x.at({some_integers({0, 1, 2}), some_integers({3, 0, 3})}),
                         x.at({Slice{1, 3}, reshape(some_integers({0, 1, 2, 3}), {2, 2})})};
                 },
                 {data({3, 4})});
         }},
        // How many elements a mask selects is known only when it was counted.
        {"Masks",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{in[0].at({in[0] > 0}),
                                    in[0].at({some_integers({1, 0, 1}).astype(DType::kBool)})};
                 },
                 {data({3, 4})});
         },
         {"chx.nonzero"}},
        {"NonZero", [] { return nonzero(data({3, 4}) > 0.2); }, {"chx.nonzero"}},
        {"BasicAssignment",
         [] {
             const Array x = data({3, 4});
             return Results{written(x, {1}, Scalar(7)),
                            written(x, {Slice{{}, {}, 2}, 1}, data({2})),
                            written(x, {ArrayIndex::ellipsis()}, data({4})),
                            written(x, {Slice{}, Slice{{}, {}, -1}}, x)};
         }},
        // Of repeated indices the last one has to win, which no primitive promises.
        {"AdvancedAssignment",
         [] {
             const Array x = data({3, 4});
             return Results{written(x, {some_integers({2, 0})}, data({2, 4})),
                            written(x, {some_integers({1, 1})}, data({2, 4})),
                            written(x, {some_integers({0, 1}), some_integers({3, 3})}, Scalar(5)),
                            written(x, {Slice{}, some_integers({0, -1})}, data({3, 2}))};
         },
         {"chx.scatter"}},
        {"MaskedAssignment",
         [] {
             const Array x = data({3, 4});
             return Results{written(x, {x > 0}, Scalar(0)), written(x, {x > 2}, Scalar(9))};
         },
         {"chx.nonzero", "chx.scatter"}},
        {"Joining",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{concatenate({in[0], in[1]}, 1),
                                    concatenate({in[0], in[1]}, std::nullopt),
                                    stack({in[0], in[0] * 2}, 1),
                                    hstack({in[0], in[1]}),
                                    vstack({in[0], in[0]}),
                                    dstack({in[0], in[0]})};
                 },
                 {data({2, 3}), data({2, 1})});
         }},
        {"Rearranging",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{reshape(transpose(x), {6}),
                                    repeat(x, {2}, 1),
                                    repeat(x, {1, 3}, 0),
                                    tile(x, {2, 1, 2}),
                                    roll(x, {1}, Axes{1}),
                                    roll(x, {-4}),
                                    flip(x, Axes{0}),
                                    tril(x, -1),
                                    triu(x),
                                    diag(x, 1),
                                    split(x, {1}, 1)[1],
                                    copy(x),
                                    moveaxis(x, {0}, {1})};
                 },
                 {data({2, 3})});
         }},
        {"Creation",
         [] {
             const std::vector<Array> grids = meshgrid({arange(3), data({2})}, "ij");
             return Results{arange(5),
                            arange(1, 8, 2, DType::kUInt8),
                            arange(0.5, 3.0, 0.5),
                            linspace(0, 1, 5),
                            linspace(1, -1, 4, false),
                            eye(3, 4, 1),
                            identity(2, DType::kInt8),
                            tri(3, 2, -1),
                            full({2, 2}, 7),
                            ones({2}, DType::kBool),
                            zeros_like(data({2})),
                            full_like(data({3}), 2.5),
                            diagflat(arange(3), -1),
                            diag(data({2})),
                            grids[0],
                            grids[1],
                            full({}, Scalar(std::complex<double>(1, 2)))};
         }},
        {"Random",
         [] {
             random::seed(42);
             return Results{random::uniform(0, 1, Shape{5}),
                            random::uniform(-2, 3, Shape{2, 3}, DType::kFloat64),
                            random::normal(0, 1, Shape{7}),
                            random::normal(1, 2, Shape{}, DType::kFloat64),
                            random::uniform(0, 1, Shape{3}, DType::kFloat16)};
         }},
        {"InPlace",
         [] {
             const Array x = data({3, 4}).copy();
             x += Scalar(1);
             x *= data({4});
             x.at({1}) -= data({4});
             transpose(x) /= positive({3});
             const Array i = arange(4).copy();
             i += some_integers({1, 1, 1, 1}, DType::kInt8);
             x.at({Slice{}, 0}).fill(-1);
             return Results{x, i};
         }},
        {"Empty",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{x + 1,
                                    sum(x),
                                    sum(x, Axes{0}),
                                    prod(x),
                                    matmul(x, data({3, 2})),
                                    matmul(transpose(x), x),
                                    concatenate({x, data({1, 3})}),
                                    relu(x),
                                    softmax(x),
                                    cumsum(x, 0),
                                    take(x, zeros({0}, DType::kInt64), 0),
                                    transpose(x),
                                    mean(x, Axes{1})};
                 },
                 {data({0, 3})});
         }},
        {"HalfPrecision",
         [] {
             const Array x = data({3, 4}).astype(DType::kFloat16),
                         y = positive({4, 2}).astype(DType::kBFloat16);
             return Results{x + x,
                            exp(x),
                            sum(x, Axes{0}),
                            max(x),
                            x * 0.1,
                            matmul(x, transpose(x)),
                            exp(y),
                            sum(y),
                            matmul(transpose(y), y),
                            x.astype(DType::kBFloat16),
                            softmax(x),
                            cumsum(x, 1)};
         }},
    };
}

}  // namespace chainerx::testing
