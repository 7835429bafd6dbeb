// chx_plugin.hpp - C++17 sugar over chx_plugin.h for plugin authors. Header-only: nothing of it
// crosses the boundary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chx/chx_fused.h"
#include "chx/chx_plugin.h"

#if defined(_WIN32)
#define CHX_HIDDEN
#else
#define CHX_HIDDEN __attribute__((visibility("hidden")))
#endif

// With -fno-exceptions functions return a chx_status, and what can only fail by throwing is not there.
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define CHX_HAS_EXCEPTIONS 1
#else
#define CHX_HAS_EXCEPTIONS 0
#endif

namespace chx {

#if CHX_HAS_EXCEPTIONS
// Thrown by a plugin's code; guard() turns it into a status and its text.
class Error : public std::exception {
public:
    Error(chx_status status, std::string text) : status_(status), text_(std::move(text)) {}
    chx_status status() const noexcept { return status_; }
    const char* what() const noexcept override { return text_.c_str(); }

private:
    chx_status status_;
    std::string text_;
};

// Thrown when a service of the host failed, whose text the host already has.
class HostFailure : public std::exception {
public:
    explicit HostFailure(chx_status status) : status_(status) {}
    chx_status status() const noexcept { return status_; }
    const char* what() const noexcept override { return "a service of the host failed"; }

private:
    chx_status status_;
};
#endif

namespace detail {
CHX_HIDDEN inline const chx_host_api* host_api = nullptr;
}

// Call first thing in create().
inline void set_host(const chx_host_api* api) noexcept { detail::host_api = api; }
inline const chx_host_api& host() noexcept { return *detail::host_api; }

#if CHX_HAS_EXCEPTIONS
// Throws unless a service of the host succeeded.
inline void check(chx_status status) {
    if (status != CHX_OK) {
        throw HostFailure(status);
    }
}

// Runs f, which returns void or chx_status, and turns whatever it throws into a status with a text.
template <class F>
chx_status guard(F&& f) noexcept {
    try {
        if constexpr (std::is_void_v<decltype(f())>) {
            f();
            return CHX_OK;
        } else {
            return f();
        }
    } catch (const Error& e) {
        return host().set_error(e.status(), e.what());
    } catch (const HostFailure& e) {
        return e.status();
    } catch (const std::bad_alloc&) {
        return host().set_error(CHX_E_OOM, "out of host memory");
    } catch (const std::exception& e) {
        return host().set_error(CHX_E_INTERNAL, e.what());
    } catch (...) {
        return host().set_error(CHX_E_INTERNAL, "an exception that is no std::exception");
    }
}
#else
// Runs f, which returns void or chx_status.
template <class F>
chx_status guard(F&& f) noexcept {
    if constexpr (std::is_void_v<decltype(f())>) {
        f();
        return CHX_OK;
    } else {
        return f();
    }
}
#endif

#if CHX_HAS_EXCEPTIONS

// Splits [0, n) into ranges of at least grain over the host's threads; f(begin, end, worker)
// returns void.
template <class F>
void parallel_for(std::int64_t n, std::int64_t grain, F&& f) {
    using Body = std::remove_reference_t<F>;
    const auto run =
        [](std::int64_t begin, std::int64_t end, std::int32_t worker, void* body) noexcept {
            return guard([&] { (*static_cast<Body*>(body))(begin, end, worker); });
        };
    auto* body = const_cast<std::remove_const_t<Body>*>(std::addressof(f));
    check(host().parallel_for(n, grain, run, body));
}

// Host memory from the host's cache, freed at the end of the scope.
class HostBuffer {
public:
    explicit HostBuffer(std::uint64_t bytes, std::uint64_t align = 64)
        : data_(host().host_alloc(bytes > 0 ? bytes : 1, align)) {
        if (data_ == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~HostBuffer() { host().host_free(data_); }
    HostBuffer(const HostBuffer&) = delete;
    HostBuffer& operator=(const HostBuffer&) = delete;

    template <class T>
    T* as() const noexcept {
        return static_cast<T*>(data_);
    }

private:
    void* data_;
};

// Memory of the device for this launch, as a pointer; for devices whose handles are pointers.
inline void* scratch(const chx_launch& launch, std::uint64_t bytes, std::uint64_t align = 64) {
    chx_memref memory{};
    check(host().scratch(&launch, bytes, align, &memory));
    return static_cast<char*>(memory.base) + memory.offset;
}
#endif

// The first element of a tensor in memory that this code may dereference.
template <class T>
T* data(const chx_tensor& tensor) noexcept {
    return reinterpret_cast<T*>(static_cast<char*>(tensor.data) + tensor.byte_offset);
}

inline bool is_contiguous(const chx_tensor& tensor) noexcept {
    return (tensor.flags & CHX_T_CONTIGUOUS) != 0;
}
inline bool is_host_scalar(const chx_tensor& tensor) noexcept {
    return (tensor.flags & CHX_T_HOST_SCALAR) != 0;
}

// The attributes of a call to an op whose struct is A.
template <class A>
const A& attrs(const chx_launch& launch) noexcept {
    return *static_cast<const A*>(launch.attrs);
}

// An operand by number; NULL operands are for callers that know of optional ones.
inline const chx_tensor& input(const chx_launch& launch, std::size_t i) noexcept {
    return *launch.in[i];
}
inline chx_tensor& output(const chx_launch& launch, std::size_t i) noexcept {
    return *launch.out[i];
}

inline bool same_dtype(chx_dtype a, chx_dtype b) noexcept {
    return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes;
}
// Bytes of an element.
inline std::int64_t item_size(chx_dtype dtype) noexcept {
    return (dtype.bits * dtype.lanes + 7) / 8;
}

namespace detail {
// CHX_TYPE_* by CHX_DT_* and bytes, of which only 1, 2, 4, 8 and 16 occur.
CHX_HIDDEN inline constexpr signed char kTypeCodes[7][17] = {
    {-1,
     CHX_TYPE_I8,
     CHX_TYPE_I16,
     -1,
     CHX_TYPE_I32,
     -1,
     -1,
     -1,
     CHX_TYPE_I64,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1},
    {-1,
     CHX_TYPE_U8,
     CHX_TYPE_U16,
     -1,
     CHX_TYPE_U32,
     -1,
     -1,
     -1,
     CHX_TYPE_U64,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1},
    {-1,
     -1,
     CHX_TYPE_F16,
     -1,
     CHX_TYPE_F32,
     -1,
     -1,
     -1,
     CHX_TYPE_F64,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1,
     -1},
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
    {-1, -1, CHX_TYPE_BF16, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
    {-1, -1, -1, -1, -1, -1, -1, -1, CHX_TYPE_C64, -1, -1, -1, -1, -1, -1, -1, CHX_TYPE_C128},
    {-1, CHX_TYPE_BOOL, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
};

CHX_HIDDEN inline constexpr chx_dtype kDtypes[CHX_N_TYPES] = {
    {CHX_DT_BOOL, 8, 1},
    {CHX_DT_INT, 8, 1},
    {CHX_DT_INT, 16, 1},
    {CHX_DT_INT, 32, 1},
    {CHX_DT_INT, 64, 1},
    {CHX_DT_UINT, 8, 1},
    {CHX_DT_UINT, 16, 1},
    {CHX_DT_UINT, 32, 1},
    {CHX_DT_UINT, 64, 1},
    {CHX_DT_FLOAT, 16, 1},
    {CHX_DT_BFLOAT, 16, 1},
    {CHX_DT_FLOAT, 32, 1},
    {CHX_DT_FLOAT, 64, 1},
    {CHX_DT_COMPLEX, 64, 1},
    {CHX_DT_COMPLEX, 128, 1},
};
}  // namespace detail

// The CHX_TYPE_* of a dtype, or -1 if the core has no arithmetic for it.
inline int type_code(chx_dtype dtype) noexcept {
    const bool known = dtype.code < 7 && dtype.bits <= 128 && dtype.bits % 8 == 0;
    return known ? detail::kTypeCodes[dtype.code][dtype.bits / 8] : -1;
}

// The dtype of a CHX_TYPE_*.
inline chx_dtype dtype_of_code(int type) noexcept { return detail::kDtypes[type]; }

namespace detail {
template <auto F, class Signature>
struct Entry;
template <auto F, class R, class... Args>
struct Entry<F, R (*)(Args...)> {
    static chx_status CHX_CALL call(Args... args) noexcept {
        return guard([&] { return F(args...); });
    }
};

template <auto F, class Signature>
struct Kernel;
template <auto F, class R>
struct Kernel<F, R (*)(const chx_launch&)> {
    static chx_status CHX_CALL call(void*, const chx_launch* launch) noexcept {
        return guard([&] { return F(*launch); });
    }
};
template <auto F, class R, class State>
struct Kernel<F, R (*)(const State&, const chx_launch&)> {
    static chx_status CHX_CALL call(void* state, const chx_launch* launch) noexcept {
        return guard([&] { return F(*static_cast<const State*>(state), *launch); });
    }
};
}  // namespace detail

// A table entry that cannot throw: `api->alloc = chx::entry<&my_alloc>;`, where my_alloc returns
// void or chx_status.
template <auto F>
inline constexpr auto entry = &detail::Entry<F, decltype(F)>::call;

// A kernel that cannot throw, from a function of (const chx_launch&) or (const State&, const
// chx_launch&).
template <auto F>
inline constexpr chx_kernel_fn kernel = &detail::Kernel<F, decltype(F)>::call;

// The kernels of a plugin; owns their definitions at stable addresses.
class KernelList {
public:
    using Plan = chx_status (*)(void* state, const chx_launch*, chx_plan*);

    // The strings and state must outlive the list. Returns the definition for what the arguments
    // don't cover.
    chx_kernel_def& add(const char* op,
                        std::uint32_t version,
                        const char* dtypes,
                        std::uint64_t caps,
                        chx_kernel_fn fn,
                        void* state = nullptr,
                        Plan plan = nullptr) {
        chx_kernel_def& def = defs_.emplace_back();
        def.struct_size = sizeof(chx_kernel_def);
        def.op = op;
        def.op_version = version;
        def.dtypes = dtypes;
        def.caps = plan != nullptr ? caps | CHX_K_MAY_REFUSE : caps;
        def.fn = fn;
        def.state = state;
        def.plan = plan;
        pointers_.push_back(&def);
        return def;
    }

    const chx_kernel_def* const* data() const noexcept { return pointers_.data(); }
    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(pointers_.size()); }

private:
    std::deque<chx_kernel_def> defs_;
    std::vector<const chx_kernel_def*> pointers_;
};

}  // namespace chx
