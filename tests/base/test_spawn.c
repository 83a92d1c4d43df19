/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/spawn.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/deadline.h"

static enum halb_status run(const char *script, int input, int64_t wait, struct halb_buf *said,
			    int *status, struct halb_error *err)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	return halb_spawn(argv, input, halb_now() + wait, said, status, err);
}

Test(spawn, hears_both_outputs_and_tells_the_status)
{
	struct halb_buf said = { 0 };
	struct halb_error err = { 0 };
	int status = -1;

	cr_assert_eq(run("echo out; echo err >&2; exit 3", -1, 60 * HALB_SEC, &said, &status, &err),
		     HALB_OK, "%s", err.text);
	cr_expect_eq(status, 3);
	cr_expect_str_eq(halb_buf_string(&said), "out\nerr\n");
	halb_buf_clear(&said);
}

Test(spawn, gives_the_input_or_none)
{
	struct halb_buf said = { 0 };
	struct halb_error err = { 0 };
	int status = -1, ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "given", 5), 5);
	close(ends[1]);
	cr_assert_eq(run("cat", ends[0], 60 * HALB_SEC, &said, &status, &err), HALB_OK);
	cr_expect_str_eq(halb_buf_string(&said), "given");
	cr_assert_eq(run("cat", -1, 60 * HALB_SEC, &said, &status, &err), HALB_OK);
	cr_expect_str_eq(halb_buf_string(&said), "given");
	close(ends[0]);
	halb_buf_clear(&said);
}

Test(spawn, tells_a_signal_from_a_status)
{
	struct halb_buf said = { 0 };
	struct halb_error err = { 0 };
	int status = -1;

	cr_assert_eq(run("kill -TERM $$", -1, 60 * HALB_SEC, &said, &status, &err), HALB_OK);
	cr_expect_eq(status, 128 + 15);
	halb_buf_clear(&said);
}

Test(spawn, ends_what_is_not_done_in_time)
{
	struct halb_buf said = { 0 };
	struct halb_error err = { 0 };
	int status = -1;

	cr_assert_eq(run("echo begun; exec sleep 1000", -1, 200 * HALB_MSEC, &said, &status, &err),
		     HALB_E_RETRY);
	cr_expect_eq(status, -1);
	halb_buf_clear(&said);
}

Test(spawn, knows_what_is_not_installed)
{
	const char *argv[] = { "halb-there-is-no-such-program", NULL };
	struct halb_buf said = { 0 };
	struct halb_error err = { 0 };
	int status;

	cr_assert_eq(halb_spawn(argv, -1, halb_now() + HALB_SEC, &said, &status, &err),
		     HALB_E_NOTFOUND);
	cr_expect(strstr(err.text, argv[0]));
}
