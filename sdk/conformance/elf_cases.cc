// What the plugin's file shows and needs.
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cases.h"
#include "elf_file.h"
#include "kit_host.h"
#include "loaded_plugin.h"

namespace conformance {
namespace {

// Prefixes of the file names of the C and C++ runtimes.
constexpr std::array kRuntimes = {
    "libc.so.",
    "libm.so.",
    "libdl.so.",
    "libpthread.so.",
    "librt.so.",
    "ld-linux",
    "libgcc_s.so.",
    "libstdc++.so.",
    "libc++.so.",
    "libc++abi.so.",
    "libunwind.so.",
    "libatomic.so.",
#ifdef CHAINERX_SANITIZED
    "libasan.so.",
    "libtsan.so.",
    "libubsan.so.",
#endif
};

ElfFile read(const Context& context) {
    try {
        return read_elf(context.settings.library);
    } catch (const ElfError& error) {
        throw Failure(error.what());
    }
}

bool is_runtime(const std::string& library) {
    return std::any_of(kRuntimes.begin(), kRuntimes.end(), [&](const char* prefix) {
        return library.rfind(prefix, 0) == 0;
    });
}

bool is_named(const Context& context, const std::string& library) {
    const auto& named = context.settings.libraries;
    return std::find(named.begin(), named.end(), library) != named.end();
}

// Whether a library lies where the plugin's search paths lead: it comes with the plugin.
bool is_beside(const Context& context, const ElfFile& file, const std::string& library) {
    const std::filesystem::path folder =
        std::filesystem::path(context.settings.library).parent_path();
    return std::any_of(
        file.search_paths.begin(), file.search_paths.end(), [&](const std::string& path) {
            const std::size_t end = path.rfind("${ORIGIN}", 0) == 0 ? 9 : 7;
            if (path.rfind("$ORIGIN", 0) != 0 && end == 7) return false;
            return std::filesystem::exists(folder.string() + path.substr(end) + "/" + library);
        });
}

std::string joined(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 8;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kMost; ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kMost) text += fmt::format(" and {} more", names.size() - kMost);
    return text;
}

void check_format(Context& context) { read(context); }

void check_exports(Context& context) {
    std::vector<std::string> others;
    bool has_query = false;
    for (const ElfSymbol& symbol : read(context).symbols) {
        if (!symbol.is_defined) continue;
        if (symbol.name == CHX_PLUGIN_QUERY_SYMBOL) {
            has_query = true;
        } else {
            others.push_back(symbol.name);
        }
    }
    require(has_query, "{} is not exported", CHX_PLUGIN_QUERY_SYMBOL);
    require(others.empty(),
            "exports {} beside {}; expected that symbol alone: compile with -fvisibility=hidden or "
            "link with a version script",
            joined(others),
            CHX_PLUGIN_QUERY_SYMBOL);
}

void check_unique(Context& context) {
    std::vector<std::string> unique;
    for (const ElfSymbol& symbol : read(context).symbols) {
        if (symbol.is_defined && symbol.is_unique) unique.push_back(symbol.name);
    }
    require(
        unique.empty(),
        "has symbols that are unique in the process (STB_GNU_UNIQUE): {}; two plugins would share "
        "them: compile with -fvisibility=hidden -fvisibility-inlines-hidden or -fno-gnu-unique",
        joined(unique));
}

void check_needed(Context& context) {
    std::vector<std::string> unknown;
    const ElfFile file = read(context);
    for (const std::string& library : file.needed) {
        require(library.rfind("libchainerx", 0) != 0,
                "is linked to the core ({}); a plugin reaches the host through chx_host_api only",
                library);
        if (!is_runtime(library) && !is_named(context, library) &&
            !is_beside(context, file, library))
            unknown.push_back(library);
    }
    require(unknown.empty(),
            "needs {}, which neither comes with it nor is named in the manifest; add {{\"soname\": "
            "\"{}\"}} to its "
            "\"requires\": {{\"libs\": []}}, or link it statically",
            joined(unknown),
            unknown.empty() ? "" : unknown.front());
}

// Symbols without a version do not say who provides them: the runtimes are asked.
bool runtime_provides(const ElfFile& file, const std::string& symbol) {
    return std::any_of(file.needed.begin(), file.needed.end(), [&](const std::string& library) {
        if (!is_runtime(library)) return false;
        void* handle = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
        return handle != nullptr && dlsym(handle, symbol.c_str()) != nullptr;
    });
}

void check_undefined(Context& context) {
    const ElfFile file = read(context);
    const bool needs_others =
        std::any_of(file.needed.begin(), file.needed.end(), [&](const std::string& library) {
            return is_named(context, library) || is_beside(context, file, library);
        });
    std::vector<std::string> missing;
    for (const ElfSymbol& symbol : file.symbols) {
        if (symbol.is_defined || symbol.is_weak || !symbol.library.empty()) continue;
        if (!runtime_provides(file, symbol.name)) missing.push_back(symbol.name);
    }
    // One of the libraries that the manifest names may have them; then the loader is content.
    if (!missing.empty() && needs_others) {
        if (dlopen(context.settings.library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return;
    }
    require(missing.empty(),
            "uses {}, which neither the C and C++ runtimes nor a library named in the manifest "
            "provides; link with -Wl,-z,defs to see where",
            joined(missing));
}

void check_tls(Context& context) {
    require(
        !read(context).has_static_tls,
        "uses static thread-local storage (DF_STATIC_TLS), of which a process has little: do not "
        "compile with -ftls-model=initial-exec");
}

void check_text_relocations(Context& context) {
    require(!read(context).has_text_relocations,
            "has text relocations (DT_TEXTREL): compile everything with -fPIC");
}

void check_search_paths(Context& context) {
    for (const std::string& path : read(context).search_paths) {
        require(
            path.rfind("$ORIGIN", 0) == 0 || path.rfind("${ORIGIN}", 0) == 0,
            "searches \"{}\" for libraries (RPATH or RUNPATH); expected paths below $ORIGIN only",
            path);
    }
}

// Versions like GLIBC_2.34, compared number by number.
std::vector<int> numbers_of(const std::string& version) {
    std::vector<int> numbers;
    for (std::size_t at = version.find('_'); at != std::string::npos;
         at = version.find('.', at + 1))
        numbers.push_back(std::atoi(version.c_str() + at + 1));
    return numbers;
}

void report_ceilings(Context& context) {
    for (const char* family : {"GLIBC_", "GLIBCXX_", "CXXABI_"}) {
        std::string newest;
        for (const ElfSymbol& symbol : read(context).symbols) {
            const bool counts = symbol.version.rfind(family, 0) == 0 &&
                                std::isdigit(static_cast<unsigned char>(
                                    symbol.version[std::string(family).size()])) != 0;
            if (counts && (newest.empty() || numbers_of(newest) < numbers_of(symbol.version)))
                newest = symbol.version;
        }
        if (!newest.empty()) context.note("needs {} or newer", newest);
    }
}

}  // namespace

void add_elf_cases(CaseList& cases) {
    const auto add = [&](const char* name, const char* what, void (*run)(Context&)) {
        cases.push_back({name, 0, what, run, false, true});
    };
    add("elf.format", "the file is a well-formed library", check_format);
    add("elf.exports", "one symbol is exported, the query", check_exports);
    add("elf.unique", "no symbol is unique in the process", check_unique);
    add("elf.needed",
        "needs the runtimes and what its manifest names, never the core",
        check_needed);
    add("elf.undefined", "nothing is undefined that those do not provide", check_undefined);
    add("elf.static_tls", "no static thread-local storage", check_tls);
    add("elf.text_relocations", "no text relocations", check_text_relocations);
    add("elf.search_paths", "libraries are searched for below $ORIGIN only", check_search_paths);
    add("elf.ceilings", "the newest versions of the runtimes that it needs", report_ceilings);
}

}  // namespace conformance
