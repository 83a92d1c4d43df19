/* SPDX-License-Identifier: Apache-2.0 */
/* Threads and time: DCs that refuse, that never answer, that are not waited for. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/directory/kdc.h"
#include "ldap_server.h"
#include "survey_priv.h"
#include "world.h"

#define LONG_ENOUGH (60 * HALB_SEC)
#define SHORT	    (150 * HALB_MSEC)

static struct world w;
static struct halb_dc dcs[3];
static struct halb_survey_seam seam;
static struct halb_survey_result result;
static struct halb_error err;
static int listener;
static size_t threads; /* before a survey */

static size_t count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	size_t n = 0;

	cr_assert(tasks);
	while (readdir(tasks))
		n++;
	closedir(tasks);
	return n;
}

/* Somebody who takes connections and never says a word; closed: nobody. */
static void setup(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	threads = count_threads();
	world_init(&w);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(dcs[i].name, sizeof dcs[i].name, "dc%zu.lime.lan", 3 - i);
		cr_assert(halb_addr_parse("127.0.0.1", &dcs[i].address));
	}
	seam = (struct halb_survey_seam){ { dcs, 3 }, ntohs(at.sin_port) };
}

/* A thread that nobody waits for must be gone before exit() takes libkrb5 down below it; the program
 * itself ends by _exit(). */
static void teardown(void)
{
	halb_survey_result_clear(&result);
	close(listener);
	world_clear(&w);
	for (int i = 0; i < 1000 && count_threads() > threads; i++)
		usleep(10000);
}

TestSuite(survey, .init = setup, .fini = teardown);

static void run(const struct halb_login *login, int64_t time, bool (*go_on)(void *arg))
{
	const struct halb_survey_order order = { &w.site, login, &seam, halb_now() + time };
	struct halb_survey *survey;

	cr_assert_eq(halb_survey_start_at(&order, &survey, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(halb_survey_finish(survey, go_on, NULL, &result, &err), HALB_OK, "%s",
		     err.text);
}

static void expect_unknown(enum halb_seen reachable)
{
	cr_assert_eq(result.n, 3);
	for (size_t i = 0; i < result.n; i++) {
		const struct halb_dc_look *look = &result.looks[i];

		cr_expect_eq(look->reachable, reachable);
		cr_expect_not(look->read);
		cr_assert_eq(look->trouble.n, 1);
		cr_expect_eq(look->trouble.items[0].code, HALB_CODE_LDAP_UNREACHABLE);
		cr_expect_eq(look->trouble.items[0].severity, HALB_SEV_UNKNOWN);
		cr_expect_str_eq(look->trouble.items[0].server, look->name);
	}
}

Test(survey, says_of_each_dc_that_refuses_that_it_is_unknown)
{
	const struct halb_login nobody = { .method = HALB_LOGIN_NONE };

	run(&nobody, LONG_ENOUGH, NULL);
	cr_expect_not(result.abandoned);
	expect_unknown(HALB_SEEN_NO);
	cr_expect_str_eq(result.looks[0].name, "dc1.lime.lan");
	cr_expect_str_eq(result.looks[2].name, "dc3.lime.lan");
}

Test(survey, without_a_login_sees_who_answers_and_no_more)
{
	cr_assert_eq(listen(listener, 8), 0);
	run(NULL, LONG_ENOUGH, NULL);
	cr_expect_not(result.abandoned);
	cr_assert_eq(result.n, 3);
	for (size_t i = 0; i < result.n; i++) {
		cr_expect_eq(result.looks[i].reachable, HALB_SEEN_YES);
		cr_expect_not(result.looks[i].read);
		cr_expect_eq(result.looks[i].trouble.n, 0);
	}
}

Test(survey, of_dcs_that_never_say_a_word_ends_at_the_deadline)
{
	const struct halb_login nobody = { .method = HALB_LOGIN_NONE };

	cr_assert_eq(listen(listener, 8), 0);
	run(&nobody, SHORT, NULL);
	expect_unknown(HALB_SEEN_NO);
}

static bool give_up(void *arg)
{
	(void)arg;
	return false;
}

Test(survey, that_is_given_up_waits_for_no_thread)
{
	static const struct halb_login nobody = { .method = HALB_LOGIN_NONE };

	cr_assert_eq(listen(listener, 8), 0);
	run(&nobody, 2 * HALB_SEC, give_up);
	cr_expect(result.abandoned);
	/* Perhaps not even the DCs were known by then. */
	cr_expect_eq(result.trouble.n, result.n ? 0 : 1);
	for (size_t i = 0; i < result.n; i++)
		cr_expect_eq(result.looks[i].trouble.n, 1);
}

/* What libkrb5 is told beside the system's files. */
static bool kdc_is(const char *address)
{
	const char *path = strrchr(getenv("KRB5_CONFIG"), ':');
	char line[64], text[1024] = "";
	FILE *f = fopen(path + 1, "re");

	cr_assert(f);
	cr_assert_gt(fread(text, 1, sizeof text - 1, f), 0);
	fclose(f);
	snprintf(line, sizeof line, "\nkdc = %s\n", address);
	return strstr(text, line) != NULL;
}

/* Before the login, which has nothing to log in with here. */
Test(survey, tells_libkrb5_that_the_first_dc_that_answers_is_the_kdc)
{
	const struct halb_login login = { .method = HALB_LOGIN_GSSAPI, .keytab = "/nonexistent",
					  .principal = "halb-dns@LIME.LAN" };
	static struct ldap_server server = { .after = 1, .answer = ldap_answer_right };

	ldap_server_start(&server, "127.0.0.2");
	threads = count_threads();
	seam.port = server.port;
	cr_assert(halb_addr_parse("127.0.0.2", &dcs[1].address));
	setenv("KRB5_CONFIG", "/dev/null", 1);
	halb_kdc_init();
	run(&login, LONG_ENOUGH, NULL);
	cr_assert_eq(result.n, 3);
	cr_expect_eq(result.looks[1].reachable, HALB_SEEN_YES);
	cr_expect(kdc_is("127.0.0.2"));
}
