// Finding what a profile saw.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "chainerx/device.h"
#include "chainerx/profile.h"

namespace chainerx::testing {

// The entry of that name and device; one without calls if there is none.
inline ProfileEntry entry_of(const Profile& profile,
                             const std::string& name,
                             const std::string& device) {
    for (const ProfileEntry& entry : profile.summary()) {
        if (entry.name == name && entry.device == device) return entry;
    }
    return {};
}
inline ProfileEntry entry_of(const Profile& profile,
                             const std::string& name,
                             const Device& device) {
    return entry_of(profile, name, device.name());
}

}  // namespace chainerx::testing
