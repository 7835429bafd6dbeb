// Measures cases on request: reads their names, answers with nanoseconds per call of a few chunks; or runs each for callgrind.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace overhead {

// Keeps the compiler from leaving a computation out.
template <typename T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

class Worker {
public:
    explicit Worker(std::string version) : version_{std::move(version)} {}

    template <typename Body>
    void add(const std::string& name, Body body) {
        cases_.emplace_back(name, [body](long n) mutable {
            for (long i = 0; i < n; ++i) body();
        });
    }

    // "--count N": every case N times, each between two calls of getpriority(), at which callgrind dumps its counts; with
    // "--beside-thread" in a process that has another thread, where what is shared takes locked instructions.
    int run(int argc, char** argv) {
        if (argc >= 3 && std::strcmp(argv[1], "--count") == 0) {
            if (argc > 3 && std::strcmp(argv[3], "--beside-thread") == 0)
                std::thread([] { pause(); }).detach();
            return count(std::atol(argv[2]));
        }
        std::cout << "{\"version\": \"" << version_ << "\", \"cases\": [";
        for (size_t i = 0; i < cases_.size(); ++i)
            std::cout << (i == 0 ? "\"" : ", \"") << cases_[i].first << '"';
        std::cout << "]}" << std::endl;
        std::string name;
        while (std::getline(std::cin, name)) answer(name);
        return 0;
    }

private:
    static constexpr double kChunkNs = 2e6;
    static constexpr int kChunks = 3;

    static double chunk(const std::function<void(long)>& body, long n) {
        const auto start = std::chrono::steady_clock::now();
        body(n);
        const std::chrono::duration<double, std::nano> time =
            std::chrono::steady_clock::now() - start;
        return time.count() / static_cast<double>(n);
    }

    int count(long n) {
        constexpr long kWarmUp = 30;
        for (auto& [name, body] : cases_) body(kWarmUp);
        getpriority(PRIO_PROCESS, 0);
        for (auto& [name, body] : cases_) {
            body(n);
            getpriority(PRIO_PROCESS, 0);
        }
        for (auto& [name, body] : cases_) std::cout << name << std::endl;
        return 0;
    }

    void answer(const std::string& name) {
        for (auto& [own, body] : cases_) {
            if (own != name) continue;
            long& n = sizes_[name];
            if (n == 0) {
                for (n = 1; chunk(body, n) * static_cast<double>(n) < kChunkNs && n < 1 << 22;)
                    n *= 2;
            }
            std::cout << "{\"ns\": [";
            for (int i = 0; i < kChunks; ++i) std::cout << (i == 0 ? "" : ", ") << chunk(body, n);
            std::cout << "]}" << std::endl;
        }
    }

    std::string version_;
    std::vector<std::pair<std::string, std::function<void(long)>>> cases_;
    std::map<std::string, long> sizes_;
};

}  // namespace overhead
