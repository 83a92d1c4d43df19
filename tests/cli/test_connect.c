/* SPDX-License-Identifier: Apache-2.0 */
/* DCs at LDAP's own port, in a network namespace of the test. */
#include "connect.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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
	if (unshare(CLONE_NEWNET) < 0)
		cr_skip_test("no network namespace is to be had: %s", strerror(errno));
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
