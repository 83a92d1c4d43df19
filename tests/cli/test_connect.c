/* SPDX-License-Identifier: Apache-2.0 */
/* DCs at LDAP's own port, and a name server at DNS's, in namespaces of the test. */
#include "connect.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_server.h"
#include "halb/dns/record.h"
#include "ldap_server.h"
#include "server.h"

static const struct halb_login nobody = { .method = HALB_LOGIN_NONE };
static struct ldap_server servers[2];
static struct halb_site site;
static struct halb_dc items[2];
static struct halb_dc_list dcs;
static struct halb_session *session;
static struct halb_error err;

static bool say_nothing(const struct ldap_request *q)
{
	(void)q;
	return true;
}

/* dc1.lime.lan, dc2.lime.lan; of each its first `after` requests are answered. */
static void add_dc(int after)
{
	size_t i = dcs.n++;
	unsigned number = (unsigned)dcs.n;
	struct sockaddr_storage sa;
	socklen_t len;
	char address[16];

	snprintf(items[i].name, sizeof items[i].name, "dc%u.lime.lan", number);
	snprintf(address, sizeof address, "127.0.0.%u", number);
	items[i].address = address_of(address);
	len = halb_addr_to_sockaddr(&items[i].address, HALB_LDAP_PORT, &sa);
	servers[i].listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(servers[i].listener, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(listen(servers[i].listener, 8), 0);
	servers[i].answer = say_nothing;
	servers[i].after = after;
	ldap_server_run(&servers[i]);
}

static void setup(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0)
		cr_skip_test("no namespaces are to be had: %s", strerror(errno));
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	cr_assert_eq(system("ip link set lo up"), 0);
	cr_assert_eq(halb_name_parse("lime.lan", &site.domain, NULL), HALB_OK);
	dcs.items = items;
}

TestSuite(connect, .init = setup);

static enum halb_status log_in(void)
{
	return login_open(&site, &nobody, &dcs, &session, &err);
}

Test(connect, passes_over_a_dc_that_takes_the_connection_and_hangs)
{
	add_dc(0);
	add_dc(1);
	cr_assert_eq(log_in(), HALB_OK, "%s", err.text);
	cr_expect_str_eq(halb_session_directory(session)->server, "dc2.lime.lan");
	cr_assert_eq(dcs.n, 1);
	cr_expect_str_eq(dcs.items[0].name, "dc2.lime.lan");
	halb_session_close(session);
}

Test(connect, says_of_the_only_dc_that_it_hangs)
{
	add_dc(0);
	cr_expect_eq(log_in(), HALB_E_UNREACHABLE);
	cr_expect(strstr(err.text, "dc1.lime.lan: it takes the connection"), "%s", err.text);
	cr_expect_eq(dcs.n, 1);
}

/* ---- DNS ---- */

/* This program's /etc/resolv.conf. */
static void ask_loopback(void)
{
	static const char text[] = "nameserver 127.0.0.1\n";
	char path[] = "/tmp/halb-test-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	cr_assert_eq(mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL), 0);
	unlink(path);
}

/* Knows the domain's DCs, and falls silent when it is asked for those of a site. */
static void answer_for_the_domain(const struct dns_question *q, struct halb_buf messages[2])
{
	if (strcmp(q->name, "_ldap._tcp.dc._msdcs.lime.lan") == 0) {
		dns_reply(q, 0, 1, messages);
		dns_srv(0, 100, "dc1.lime.lan", messages);
	} else if (q->type == HALB_RR_A) {
		dns_reply(q, 0, 1, messages);
		dns_a(0x7f000001, messages);
	} else if (q->type == HALB_RR_AAAA) {
		dns_reply(q, 0, 0, messages);
	}
}

Test(connect, finds_dcs_in_the_time_that_is_given_though_those_of_the_site_are_not_to_be_had)
{
	static struct dns_server dns = { .answer = answer_for_the_domain };
	int64_t started = halb_now(), soon = started + 300 * HALB_MSEC;

	ask_loopback();
	cr_assert(dns_server_bind(&dns, 0, 53));
	dns_server_run(&dns, false);
	site.directory.site = (char *)(uintptr_t)"Branch";
	cr_assert_eq(locate_dcs(&site, soon, &dcs, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(dcs.n, 1);
	cr_expect_lt(halb_now() - started, 3 * HALB_SEC, "the resolver itself waits for 3.5 s");
	halb_dc_list_clear(&dcs);
}
