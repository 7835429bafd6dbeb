// Linear algebra and Fourier transforms from C++: values, gradients, errors, complex numbers.
#include <complex>

#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

Array matrix() { return doubles({4, 1, 0, 1, 3, 1, 0, 1, 2}, {3, 3}); }

TEST(Linalg, SystemsAndDeterminants) {
    expect_vector(linalg::solve(matrix(), doubles({5, 5, 3})), {1, 1, 1}, 1e-14);
    expect_array(linalg::det(matrix()), {}, {18}, 1e-13);
    const std::vector<Array> parts = linalg::slogdet(matrix());
    expect_array(parts[0], {}, {1});
    expect_array(parts[1], {}, {std::log(18.0)}, 1e-14);
    expect_array(
        matmul(matrix(), linalg::inv(matrix())), {3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}, 1e-14);
}

TEST(Linalg, FactorsGiveTheMatrixBack) {
    const std::vector<double> values = values_of(matrix());
    const Array l = linalg::cholesky(matrix());
    expect_array(matmul(l, l.transpose()), {3, 3}, values, 1e-14);
    const std::vector<Array> qr = linalg::qr(matrix());
    expect_array(matmul(qr[0], qr[1]), {3, 3}, values, 1e-14);
    const std::vector<Array> svd = linalg::svd(matrix());
    expect_array(matmul(multiply(svd[0], svd[1]), svd[2]), {3, 3}, values, 1e-13);
    const std::vector<Array> eigh = linalg::eigh(matrix());
    expect_array(matmul(multiply(eigh[1], eigh[0]), eigh[1].transpose()), {3, 3}, values, 1e-13);
}

TEST(Linalg, Gradients) {
    expect_gradient([](const Array& a, const Array& b) { return linalg::solve(a, b); },
                    matrix(),
                    doubles({1, 2, 3}));
    expect_gradient([](const Array& a) { return linalg::det(a); }, matrix());
    expect_gradient([](const Array& a) { return linalg::svdvals(a); }, matrix());
}

TEST(Linalg, Errors) {
    EXPECT_THROW(linalg::inv(zeros({2, 2})), ValueError);
    EXPECT_THROW(linalg::cholesky(negative(matrix())), ValueError);
    EXPECT_THROW(linalg::inv(zeros({2, 3})), DimensionError);
    EXPECT_THROW(linalg::qr(matrix(), "other"), ValueError);
    EXPECT_THROW(sum(matrix(), Axes{2}), AxisError);
}

TEST(Fft, OfADelta) {
    const Array y = fft::rfft(doubles({1, 0, 0, 0}));
    EXPECT_EQ(y.dtype(), DType::kComplex128);
    expect_vector(real(y), {1, 1, 1});
    expect_vector(fft::irfft(y), {1, 0, 0, 0});
    expect_gradient([](const Array& x) { return fft::irfft(fft::rfft(x), 6); },
                    doubles({1, 2, 4, 3, 5}));
}

TEST(ComplexGradients, AreConjugatedOnTheirWayBack) {
    const std::vector<std::complex<double>> values = {{3, 4}, {1, -2}};
    const Array z = array_from_host(values.data(), {2}, DType::kComplex128).require_grad();
    backward(sum(square(abs(z))));
    expect_vector(real(z.grad()), {6, 2}, 1e-14);
    expect_vector(imag(z.grad()), {8, -4}, 1e-14);
}

}  // namespace
}  // namespace chainerx::testing
