// Tests of the check against files that others could replace.
#include "plugin/plugin_permissions.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "expect_error.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

TEST(PluginPermissions, OwnFilesAreFine) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    chmod(file.c_str(), 0664);
    chmod(folder.path().c_str(), 0775);

    EXPECT_EQ(permission_problem(file), "");
}

TEST(PluginPermissions, AFileThatEverybodyMayWriteIsNot) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    chmod(file.c_str(), 0666);

    const std::string problem = permission_problem(file);

    expect_contains(problem, "acme.so is writable by everybody");
    expect_contains(problem, "chmod o-w");
}

TEST(PluginPermissions, NorIsAFolderThatEverybodyMayWrite) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    chmod(folder.path().c_str(), 0777);

    expect_contains(permission_problem(file), folder.path().string() + " is writable by everybody");
}

TEST(PluginPermissions, AStickyFolderProtectsOwnFiles) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    chmod(folder.path().c_str(), 01777);

    EXPECT_EQ(permission_problem(file), "");
}

class ForeignOwner : public testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0) {
            GTEST_SKIP() << "only root may give files away";
        }
    }

    static constexpr uid_t kUser = 54321;
    static constexpr gid_t kGroup = 54322;
};

TEST_F(ForeignOwner, FilesOfAnotherUsersGroupAreDenied) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    ASSERT_EQ(chown(file.c_str(), kUser, kGroup), 0);
    chmod(file.c_str(), 0664);

    expect_contains(permission_problem(file), "writable by a group");
}

TEST_F(ForeignOwner, AUsersOwnGroupIsNobodyElse) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    ASSERT_EQ(chown(file.c_str(), kUser, kUser), 0);
    chmod(file.c_str(), 0664);

    EXPECT_EQ(permission_problem(file), "");
}

TEST_F(ForeignOwner, AForeignFileInAStickyFolderIsDenied) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.so", "x");
    ASSERT_EQ(chown(file.c_str(), kUser, kUser), 0);
    chmod(folder.path().c_str(), 01777);

    expect_contains(permission_problem(file), "belongs to user 54321");
}

}  // namespace
}  // namespace chainerx::internal
