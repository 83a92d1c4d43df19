/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "halb/base/file.h"

Test(report, knows_its_formats_by_name)
{
	cr_expect_not_null(halb_report_format("text"));
	cr_expect_not_null(halb_report_format("json"));
	cr_expect_neq(halb_report_format("text"), halb_report_format("json"));
	cr_expect_not_null(halb_report_format("nagios"));
	cr_expect_not_null(halb_report_format("prometheus"));
	cr_expect_null(halb_report_format("JSON"));
	cr_expect_null(halb_report_format(""));
}

Test(report, knows_which_formats_a_monitoring_system_reads)
{
	cr_expect(halb_report_is_monitoring("nagios"));
	cr_expect(halb_report_is_monitoring("prometheus"));
	cr_expect_not(halb_report_is_monitoring("text"));
	cr_expect_not(halb_report_is_monitoring("json"));
	cr_expect_not(halb_report_is_monitoring("xml"));
}

static void expect_cannot_print(FILE *out, const char *why)
{
	struct halb_error err = { 0 };
	struct sample s;

	cr_assert_not_null(out);
	sample_init(&s);
	s.report.verification = &s.verification;
	cr_expect_eq(halb_report_print(&s.report, halb_report_format("text"), out, &err),
		     HALB_E_CANTCREATE);
	cr_expect_not_null(strstr(err.text, why), "%s", err.text);
	fclose(out);
}

Test(report, full_disk_is_an_error)
{
	expect_cannot_print(fopen("/dev/full", "w"), "No space left on device");
}

Test(report, closed_pipe_is_an_error)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	expect_cannot_print(fdopen(ends[1], "w"), "Broken pipe");
}

Test(report, is_on_its_way_when_print_returns)
{
	struct halb_error err = { 0 };
	struct sample s;
	char got[64] = "";
	int ends[2];
	FILE *out;

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	out = fdopen(ends[1], "w");
	cr_assert_not_null(out);
	sample_init(&s);
	s.report.document = "all of it";
	cr_assert_eq(halb_report_print(&s.report, halb_report_format("text"), out, &err), HALB_OK);
	cr_expect_eq(read(ends[0], got, sizeof got - 1), 9);
	cr_expect_str_eq(got, "all of it");
	fclose(out);
	close(ends[0]);
}

Test(report, replaces_a_file_that_all_may_read)
{
	char dir[] = "/tmp/halb-report.XXXXXX", path[64];
	struct halb_error err = { 0 };
	struct halb_buf got = { 0 };
	struct sample s;
	struct stat found;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/report", dir);
	sample_init(&s);
	s.report.document = "one\n";
	umask(077);
	for (int i = 0; i < 2; i++)
		cr_assert_eq(halb_report_write(&s.report, halb_report_format("text"), path, &err),
			     HALB_OK, "%s", err.text);
	cr_assert_eq(halb_file_read(path, 100, &got, &err), HALB_OK, "%s", err.text);
	cr_expect_str_eq(halb_buf_string(&got), "one\n");
	cr_assert_eq(stat(path, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0644);
	halb_buf_clear(&got);
	cr_expect_eq(unlink(path), 0);
	cr_expect_eq(rmdir(dir), 0, "something else is left there");
	cr_expect_eq(halb_report_write(&s.report, halb_report_format("text"), path, &err),
		     HALB_E_CANTCREATE);
}

Test(report, replaces_nothing_but_a_file)
{
	char dir[] = "/tmp/halb-report.XXXXXX";
	struct halb_error err = { 0 };
	struct sample s;

	cr_assert_not_null(mkdtemp(dir));
	sample_init(&s);
	cr_expect_eq(halb_report_write(&s.report, halb_report_format("text"), dir, &err),
		     HALB_E_CANTCREATE);
	cr_expect_not_null(strstr(err.text, "not a regular file"), "%s", err.text);
	cr_expect_eq(rmdir(dir), 0, "something else is there now");
}
