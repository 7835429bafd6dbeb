// Implements the check of owners and write permissions.
#include "plugin/plugin_permissions.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace chainerx::internal {
namespace {

bool is_trusted_owner(const struct stat& status) {
    return status.st_uid == 0 || status.st_uid == geteuid();
}

// A group that has its owner's number is that user's own, as Debian makes them.
bool is_open_to_group(const struct stat& status) {
    return (status.st_mode & S_IWGRP) != 0 && status.st_gid != status.st_uid &&
           !is_trusted_owner(status);
}

std::string writable_by(const std::filesystem::path& path, const char* who, const char* mode) {
    return fmt::format("{} is writable by {}, who could put any code there; run chmod {} {}",
                       path.string(),
                       who,
                       mode,
                       path.string());
}

}  // namespace

std::string permission_problem(const std::filesystem::path& file) {
    struct stat status{};
    if (stat(file.c_str(), &status) != 0) {
        return {};  // whoever opens it says so better
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return writable_by(file, "everybody", "o-w");
    }
    if (is_open_to_group(status)) {
        return writable_by(file, "a group", "g-w");
    }
    const std::filesystem::path folder = file.parent_path();
    struct stat folder_status{};
    if (stat(folder.c_str(), &folder_status) != 0) {
        return {};
    }
    if (is_open_to_group(folder_status)) {
        return writable_by(folder, "a group", "g-w");
    }
    if ((folder_status.st_mode & S_IWOTH) == 0) {
        return {};
    }
    if ((folder_status.st_mode & S_ISVTX) == 0) {
        return writable_by(folder, "everybody", "o-w");
    }
    // Sticky (/tmp): nobody else can replace the file, but somebody else may have put it there.
    if (!is_trusted_owner(status)) {
        return fmt::format(
            "{} belongs to user {} and lies in a folder where everybody may write; "
            "move it to a folder of your own",
            file.string(),
            status.st_uid);
    }
    return {};
}

}  // namespace chainerx::internal
