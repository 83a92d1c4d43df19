/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/halb-file.XXXXXX";
static char path[64];

static void setup(void)
{
	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/f", dir);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

Test(file, creates_but_never_overwrites, .init = setup, .fini = teardown)
{
	struct halb_error err;
	struct halb_buf buf = { 0 };

	cr_assert_eq(halb_file_create(path, 0600, "one", 3, &err), HALB_OK);
	cr_assert_eq(halb_file_create(path, 0600, "two", 3, &err), HALB_E_CANTCREATE);
	cr_assert(strstr(err.text, path));
	cr_assert_eq(halb_file_read(path, 100, &buf, &err), HALB_OK);
	cr_assert_str_eq(halb_buf_string(&buf), "one");
	halb_buf_clear(&buf);
}

Test(file, replaces_as_a_whole_with_the_mode_asked_for, .init = setup, .fini = teardown)
{
	struct halb_error err;
	struct halb_buf buf = { 0 };
	struct stat st;

	cr_assert_eq(halb_file_create(path, 0600, "one", 3, &err), HALB_OK);
	cr_assert_eq(halb_file_replace(path, 0644, "three", 5, &err), HALB_OK);
	cr_assert_eq(halb_file_read(path, 100, &buf, &err), HALB_OK);
	cr_assert_str_eq(halb_buf_string(&buf), "three");
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0644);
	halb_buf_clear(&buf);
}

Test(file, tells_absent_from_unreadable_and_too_long, .init = setup, .fini = teardown)
{
	struct halb_error err;
	struct halb_buf buf = { 0 };

	cr_assert_eq(halb_file_read(path, 100, &buf, &err), HALB_E_NOTFOUND);
	cr_assert_eq(halb_file_read(dir, 100, &buf, &err), HALB_E_UNREACHABLE);
	cr_assert_eq(halb_file_create(path, 0600, "123456", 6, &err), HALB_OK);
	cr_assert_eq(halb_file_read(path, 5, &buf, &err), HALB_E_MALFORMED);
	cr_assert_eq(halb_file_replace("/nonexistent/f", 0600, "", 0, &err), HALB_E_CANTCREATE);
	halb_buf_clear(&buf);
}

Test(file, makes_a_directory_with_all_above_it, .init = setup, .fini = teardown)
{
	char deep[96], other[96];
	struct stat found;

	snprintf(deep, sizeof deep, "%s/a/b", dir);
	snprintf(other, sizeof other, "%s/a/c", dir);
	cr_assert(halb_file_make_directory(deep));
	cr_assert(halb_file_make_directory(other));
	cr_assert(halb_file_make_directory(deep), "it is there already");
	cr_assert_eq(stat(deep, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0700);
	cr_expect_not(halb_file_make_directory("/dev/null/nowhere"));
	cr_expect_eq(errno, ENOTDIR);
	rmdir(deep);
	rmdir(other);
	snprintf(deep, sizeof deep, "%s/a", dir);
	rmdir(deep);
}
