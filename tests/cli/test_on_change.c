/* SPDX-License-Identifier: Apache-2.0 */
/* What a run with --on-change tells, by what the one before it saw. */
#include "on_change.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "halb/base/file.h"
#include "halb/base/log.h"

static char dir[] = "/tmp/halb-on-change.XXXXXX", state[64];
static char *line[] = { "check", "--on-change", NULL, NULL };
static struct options opt;
static struct halb_finding finding;
static struct halb_verification verification;
static struct halb_report report;

static void setup(void)
{
	cr_assert_not_null(mkdtemp(dir));
	snprintf(state, sizeof state, "%s/made/by/us", dir);
	setenv("STATE_DIRECTORY", state, 1);
	halb_log_set_level(HALB_LOG_ERROR);
	opt = (struct options){ .site_path = "/etc/halb-dns/halb.yaml", .line = line };
	finding = (struct halb_finding){ .code = HALB_CODE_DNS_MISMATCH,
					 .severity = HALB_SEV_CRITICAL };
	verification = (struct halb_verification){ 0 };
	report = (struct halb_report){ .command = "check", .verification = &verification };
}

static void teardown(void)
{
	char command[96];

	snprintf(command, sizeof command, "rm -r %s", dir);
	cr_expect_eq(system(command), 0);
}

TestSuite(on_change, .init = setup, .fini = teardown);

static void see_nothing(void)
{
	report.exit = 0;
	verification.findings = (struct halb_findings){ 0 };
}

static void see(const char *object)
{
	finding.object = (char *)(uintptr_t)object;
	report.exit = 2;
	verification.findings = (struct halb_findings){ .items = &finding, .n = 1,
							.worst = HALB_SEV_CRITICAL };
}

/* Whether a run tells. */
static bool tells(bool printed)
{
	struct on_change change;
	bool news = on_change_begin(&change, &opt, &report);

	on_change_end(&change, printed);
	return news;
}

/* The one file of that kind in the state's directory. */
static void find(const char *pattern, char path[128])
{
	char command[128];
	FILE *list;

	snprintf(command, sizeof command, "ls %s/%s", state, pattern);
	list = popen(command, "r");
	cr_assert_not_null(list);
	cr_assert_not_null(fgets(path, 128, list));
	path[strcspn(path, "\n")] = '\0';
	pclose(list);
}

Test(on_change, a_first_run_tells_only_what_is_not_well)
{
	cr_expect_not(tells(true));
	see("kube.lime.lan");
	cr_expect(tells(true));
}

Test(on_change, tells_a_change_once_and_its_end)
{
	see("kube.lime.lan");
	cr_expect(tells(true));
	cr_expect_not(tells(true));
	see("k8s1.lime.lan");
	cr_expect(tells(true));
	cr_expect_not(tells(true));
	see_nothing();
	cr_expect(tells(true));
	cr_expect_not(tells(true));
}

Test(on_change, what_could_not_be_printed_is_told_again)
{
	see("kube.lime.lan");
	cr_expect(tells(false));
	cr_expect(tells(true));
	cr_expect_not(tells(true));
}

Test(on_change, each_site_file_and_command_line_has_its_own_state)
{
	see("kube.lime.lan");
	cr_expect(tells(true));
	opt.site_path = "/etc/halb-dns/other.yaml";
	cr_expect(tells(true));
	line[2] = "--lease";
	cr_expect(tells(true));
	opt.site_path = "/etc/halb-dns/halb.yaml";
	line[2] = NULL;
	cr_expect_not(tells(true));
}

Test(on_change, a_state_of_another_question_is_none)
{
	char path[128];
	struct halb_error err;

	see("kube.lime.lan");
	cr_expect(tells(true));
	find("*[!k]", path);
	cr_assert_eq(halb_file_replace(path, 0600, "rubbish", 7, &err), HALB_OK, "%s", err.text);
	cr_expect(tells(true));
	cr_expect_not(tells(true));
}

Test(on_change, beside_a_run_that_holds_the_lock_it_tells_and_keeps_nothing)
{
	char path[128];
	int fd;

	cr_expect_not(tells(true));
	find("*.lock", path);
	fd = open(path, O_RDWR);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	cr_expect_not(tells(true), "nothing has changed");
	see("kube.lime.lan");
	cr_expect(tells(true));
	cr_expect(tells(true), "it was not kept");
	close(fd);
	cr_expect(tells(true));
	cr_expect_not(tells(true));
}

Test(on_change, tells_where_no_state_can_be_kept)
{
	setenv("STATE_DIRECTORY", "/dev/null/nowhere", 1);
	cr_expect(tells(true));
	cr_expect(tells(true));
}

Test(on_change, state_is_the_users_alone)
{
	char path[128];
	struct stat found;

	see("kube.lime.lan");
	cr_expect(tells(true));
	find("*[!k]", path);
	cr_assert_eq(stat(path, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0600);
	cr_assert_eq(stat(state, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0700);
}

Test(on_change, of_several_state_directories_the_first_is_taken)
{
	char both[128];

	snprintf(both, sizeof both, "%s:/dev/null/nowhere", state);
	setenv("STATE_DIRECTORY", both, 1);
	see("kube.lime.lan");
	cr_expect(tells(true));
	cr_expect_not(tells(true));
}
