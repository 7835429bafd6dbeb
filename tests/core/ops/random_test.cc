// Random numbers: reproducible, within their bounds, and distributed as they should be.
#include "chainerx/random.h"

#include <algorithm>
#include <thread>

#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Random, SeedStartsTheSequenceAgain) {
    random::seed(7);
    const std::vector<double> first = values_of(random::uniform(0, 1, Shape{5}));
    const std::vector<double> second = values_of(random::uniform(0, 1, Shape{5}));
    EXPECT_NE(first, second);
    random::seed(7);
    EXPECT_EQ(values_of(random::uniform(0, 1, Shape{5})), first);
    EXPECT_EQ(values_of(random::uniform(0, 1, Shape{5})), second);
    random::seed(8);
    EXPECT_NE(values_of(random::uniform(0, 1, Shape{5})), first);
}

TEST(Random, ShapesAndDtypes) {
    EXPECT_EQ(random::uniform().ndim(), 0);
    EXPECT_EQ(random::uniform().dtype(), DType::kFloat32);
    EXPECT_EQ(random::normal(0, 1, Shape{2, 3}, DType::kFloat64).dtype(), DType::kFloat64);
    EXPECT_EQ(random::normal(0, 1, Shape{2, 3}).shape(), DimsView(Shape({2, 3})));
    EXPECT_EQ(random::normal(0, 1, Shape{0}).size(), 0);
    EXPECT_THROW(random::uniform(0, 1, Shape{2}, DType::kInt32), DtypeError);
}

TEST(Random, UniformStaysBelowItsUpperBound) {
    random::seed(1);
    for (const DType dtype :
         {DType::kFloat16, DType::kBFloat16, DType::kFloat32, DType::kFloat64}) {
        for (const auto& [low, high] :
             {std::pair{0.0, 1.0}, {-3.0, -1.0}, {-1.0, 0.0}, {1000.0, 1001.0}}) {
            const std::vector<double> values =
                values_of(random::uniform(low, high, Shape{5000}, dtype));
            EXPECT_GE(*std::min_element(values.begin(), values.end()), low) << dtype_name(dtype);
            EXPECT_LT(*std::max_element(values.begin(), values.end()), high) << dtype_name(dtype);
        }
    }
}

TEST(Random, Moments) {
    random::seed(3);
    for (const DType dtype : {DType::kFloat32, DType::kFloat64}) {
        const Array u = random::uniform(2, 4, Shape{100000}, dtype);
        EXPECT_NEAR(static_cast<double>(mean(u).item()), 3, 0.01);
        EXPECT_NEAR(static_cast<double>(var(u).item()), 4.0 / 12, 0.01);
        const Array z = random::normal(-1, 2, Shape{100001}, dtype);
        EXPECT_NEAR(static_cast<double>(mean(z).item()), -1, 0.03);
        EXPECT_NEAR(static_cast<double>(std(z).item()), 2, 0.03);
        const Array standard = divide(add(z, 1), 2);
        EXPECT_NEAR(static_cast<double>(mean(power(standard, 3)).item()), 0, 0.05);
        EXPECT_NEAR(static_cast<double>(mean(power(standard, 4)).item()), 3, 0.15);
    }
}

TEST(Random, ThreadsGetDifferentNumbers) {
    random::seed(5);
    std::vector<double> mine;
    std::vector<double> theirs;
    std::thread thread(
        [&] { theirs = values_of(random::uniform(0, 1, Shape{100}, DType::kFloat64)); });
    mine = values_of(random::uniform(0, 1, Shape{100}, DType::kFloat64));
    thread.join();
    EXPECT_NE(mine, theirs);
}

TEST(Random, AGeneratorHasASequenceOfItsOwn) {
    random::Generator generator(7);
    random::Generator copy = generator;
    const auto draw = [](random::Generator& from) {
        return values_of(random::uniform(0, 1, Shape{5}, {}, nullptr, &from));
    };
    const std::vector<double> first = draw(generator);
    EXPECT_NE(draw(copy), first) << "copies share the state";
    EXPECT_EQ(generator.state().counter, 4U);
    generator.seed(7);
    EXPECT_EQ(draw(generator), first);
    random::Generator saved(0);
    saved.set_state(generator.state());
    EXPECT_EQ(draw(saved), draw(generator));
}

TEST(Random, ChildrenAndJumps) {
    random::Generator parent(1);
    const std::vector<random::Generator> children = parent.spawn(2);
    EXPECT_NE(children[0].state().key, children[1].state().key);
    EXPECT_NE(parent.spawn(1)[0].state().key, children[0].state().key);
    EXPECT_EQ(parent.state().n_spawned, 3U);
    EXPECT_EQ(parent.jumped(2).state().counter, uint64_t{2} << 48);
    EXPECT_THROW(parent.spawn(-1), ValueError);
}

TEST(Random, DistributionsFromCpp) {
    random::Generator generator(2);
    const Array counts = random::poisson(3.5, Shape{20000}, {}, nullptr, &generator);
    EXPECT_EQ(counts.dtype(), DType::kInt64);
    EXPECT_NEAR(static_cast<double>(mean(counts).item()), 3.5, 0.07);
    const Array shape = array<double>({1, 9}, {2});
    const Array gammas = random::gamma(shape, 2.0, Shape{10000, 2}, {}, nullptr, &generator);
    EXPECT_EQ(gammas.dtype(), DType::kFloat64);
    const std::vector<double> means = values_of(mean(gammas, Axes{0}));
    EXPECT_NEAR(means[0], 2, 0.1);
    EXPECT_NEAR(means[1], 18, 0.3);
}

}  // namespace
}  // namespace chainerx::testing
