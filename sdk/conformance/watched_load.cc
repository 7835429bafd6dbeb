// Implements the watching with a filter that any process may put on itself, and a handler for what it traps.
#include "watched_load.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <new>
#include <stdexcept>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "case.h"
#include "child_process.h"
#include "loaded_plugin.h"

namespace conformance {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;
#endif

constexpr int kMostPaths = 8;

// Shared with the child, so that what is noted survives its crash.
struct Notes {
    std::atomic<int> n;
    char texts[kMostPaths][256];
};
Notes* notes = nullptr;

struct Range {
    uint64_t begin = 0, end = 0;
};

std::vector<long> calls_of(Watched watched) {
    if (watched == Watched::kThreads)
        return {
            SYS_clone,
#ifdef SYS_clone3
            SYS_clone3,
#endif
#ifdef SYS_fork
            SYS_fork,
            SYS_vfork,
#endif
        };
    return {SYS_openat,
#ifdef SYS_openat2
            SYS_openat2,
#endif
#ifdef SYS_open
            SYS_open,
            SYS_creat,
#endif
            SYS_socket};
}

// What a call asks for; path: of open, or of openat.
const char* text_of(long call, long first, long second) {
    switch (call) {
        case SYS_openat:
#ifdef SYS_openat2
        case SYS_openat2:
#endif
            return reinterpret_cast<const char*>(second);
#ifdef SYS_open
        case SYS_open:
        case SYS_creat:
            return reinterpret_cast<const char*>(first);
#endif
        case SYS_socket:
            return "a socket";
        default:
            return "a thread or process";
    }
}

// Notes a trapped call and lets it fail.
void on_trap(int, siginfo_t* info, void* context) {
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext;
    long first = 0, second = 0;
#if defined(__x86_64__)
    first = registers.gregs[REG_RDI];
    second = registers.gregs[REG_RSI];
    registers.gregs[REG_RAX] = -EAGAIN;
#elif defined(__aarch64__)
    first = static_cast<long>(registers.regs[0]);
    second = static_cast<long>(registers.regs[1]);
    registers.regs[0] = static_cast<unsigned long long>(-EAGAIN);
#else
    static_cast<void>(registers);
#endif
    const int i = notes->n++;
    if (i < kMostPaths)
        std::strncpy(
            notes->texts[i], text_of(info->si_syscall, first, second), sizeof notes->texts[i] - 1);
}

// Where the loader's code lies, whose own calls are no plugin's.
Range loader_code() {
    Range range;
    dl_iterate_phdr(
        [](dl_phdr_info* object, std::size_t, void* found) {
            if (object->dlpi_addr != getauxval(AT_BASE)) return 0;
            for (int i = 0; i < object->dlpi_phnum; ++i) {
                const auto& segment = object->dlpi_phdr[i];
                if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
                const uint64_t begin = object->dlpi_addr + segment.p_vaddr;
                *static_cast<Range*>(found) = {begin, begin + segment.p_memsz};
            }
            return 1;
        },
        &range);
    // The filter compares the lower halves of addresses.
    return range.begin >> 32 == range.end >> 32 ? range : Range();
}

sock_filter load_word(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
sock_filter jump(int comparison, uint64_t value, int if_true, int if_false) {
    return BPF_JUMP(static_cast<uint16_t>(BPF_JMP | comparison | BPF_K),
                    static_cast<uint32_t>(value),
                    static_cast<uint8_t>(if_true),
                    static_cast<uint8_t>(if_false));
}
sock_filter answer(uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }

// Traps the calls unless they come from code in the range.
bool install_filter(const std::vector<long>& calls, const Range& allowed) {
    constexpr std::size_t kAddress = offsetof(seccomp_data, instruction_pointer);
    std::vector<sock_filter> code = {load_word(offsetof(seccomp_data, arch)),
                                     jump(BPF_JEQ, kArchitecture, 1, 0),
                                     answer(SECCOMP_RET_ALLOW),
                                     load_word(offsetof(seccomp_data, nr))};
    for (std::size_t i = 0; i < calls.size(); ++i)
        code.push_back(
            jump(BPF_JEQ, static_cast<uint64_t>(calls[i]), static_cast<int>(calls.size() - i), 0));
    const std::vector<sock_filter> rest = {answer(SECCOMP_RET_ALLOW),
                                           load_word(kAddress + 4),
                                           jump(BPF_JEQ, allowed.begin >> 32, 0, 4),
                                           load_word(kAddress),
                                           jump(BPF_JGE, allowed.begin & 0xffffffff, 0, 2),
                                           jump(BPF_JGE, allowed.end & 0xffffffff, 1, 0),
                                           answer(SECCOMP_RET_ALLOW),
                                           answer(SECCOMP_RET_TRAP)};
    code.insert(code.end(), rest.begin(), rest.end());
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Whether calls are really trapped: some sandboxes accept filters and ignore them.
bool is_trapped(Watched watched) {
    if (watched == Watched::kThreads) {
        // Nonsense, so that nothing is started if it is not trapped.
        syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0);
    } else {
        const int fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY));
        if (fd >= 0) close(fd);
    }
    const bool is_noted = notes->n == 1;
    new (notes) Notes{};
    return is_noted;
}

// As run-time libraries do when they are loaded, OpenMP's among them; where glibc looks, one place after the other.
bool counts_processors(const std::string& path) {
    return path.rfind("/sys/devices/system/cpu", 0) == 0 || path == "/proc/stat" ||
           path == "/proc/cpuinfo";
}

std::string load_in_child(const std::string& library, Watched watched) {
    struct sigaction action{};
    action.sa_sigaction = on_trap;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSYS, &action, nullptr);
    const std::vector<long> calls = calls_of(watched);
    if (!install_filter(calls, loader_code()) || !is_trapped(watched))
        return "this system does not let a process watch its own calls (seccomp)";
    const auto query = load_query(library);
    // What the query loads is the plugin's doing.
    if (!install_filter(calls, {})) return "a second filter was refused";
    describe_plugin(query);
    return {};
}

}  // namespace

WatchedLoad watch_load(const std::string& library, Watched watched, double timeout) {
    WatchedLoad load;
#ifdef CHAINERX_SANITIZED
    load.not_watched = "a sanitizer opens files and starts threads of its own";
    return load;
#endif
    if (kArchitecture == 0) {
        load.not_watched = "the kit does not know the calls of this processor";
        return load;
    }
    void* memory =
        mmap(nullptr, sizeof(Notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to share with a child process");
    notes = new (memory) Notes{};
    const ChildResult result = run_in_child(
        [&]() -> std::string {
            try {
                return load_in_child(library, watched);
            } catch (const std::exception& error) {
                // Of no interest but to the case query.load.
                return std::string("it could not be loaded: ") + error.what();
            }
        },
        timeout);
    load.not_watched = result.answer;
    for (int i = 0; i < std::min(notes->n.load(), kMostPaths); ++i) {
        if (!counts_processors(notes->texts[i])) load.found.emplace_back(notes->texts[i]);
    }
    munmap(memory, sizeof(Notes));
    notes = nullptr;
    // Who blocks signals, as those who start threads do, can't be told what happened.
    if (result.ending == ChildResult::Ending::kKilled && result.code == SIGSYS)
        load.found.emplace_back(watched == Watched::kThreads ? "a thread or process" : "a file");
    const std::string ending = describe_ending(result, timeout);
    if (load.found.empty() && !ending.empty()) fail("when it is loaded and queried: {}", ending);
    return load;
}

}  // namespace conformance
