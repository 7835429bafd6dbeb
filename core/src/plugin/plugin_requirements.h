// What a manifest says that the plugin needs of the system: "requires".
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace chainerx::internal {

struct RequiredLibrary {
    std::string soname;  // "libacme.so.2"
    std::string hint;    // how to get it, for people; may be empty
};

struct PluginRequirements {
    std::string glibc;  // "2.34"; empty: any
    std::vector<RequiredLibrary> libraries;
};

// Throws PluginError that says what is wrong with it.
PluginRequirements read_requirements(const nlohmann::json& manifest);

// What is not here, a text each: "libacme.so.2, which the loader does not find: install acme-runtime". Loads nothing: a
// library that the plugin finds in ways of its own is among them, so nothing is refused for that alone.
std::vector<std::string> missing_requirements(const PluginRequirements& requirements);

}  // namespace chainerx::internal
