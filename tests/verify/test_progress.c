/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static struct lime lime;
static char wanted[256];
static int hits, empties;

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(progress, .fini = teardown);

static bool note(void *arg, const char *text, int64_t waited)
{
	(void)arg;
	cr_assert_geq(waited, 0);
	hits += strcmp(text, wanted) == 0;
	empties += text[0] == '\0';
	return true;
}

static void init(void)
{
	lime_init(&lime, 2);
	lime.options.skip_system = true;
	lime.options.wait = PATIENT;
	lime.options.progress = note;
}

Test(progress, names_what_is_waited_for)
{
	init();
	lime.tables[1][ROW_ALIAS].lacks = 1000;
	snprintf(wanted, sizeof wanted, "dc2.lime.lan: kube.lime.lan NXDOMAIN");
	lime_verify(&lime);
	cr_assert_gt(hits, 0);
	cr_assert_eq(empties, 0);
}

Test(progress, counts_what_it_does_not_name)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof sa;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* bound, and nobody listens */

	init();
	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	lime.probe.port = ntohs(sa.sin_port);
	cr_assert(halb_addr_parse("127.0.0.1", &lime.balancer.vip));
	lime.balancer.probes = &lime.probe;
	lime.balancer.n_probes = 1;
	snprintf(wanted, sizeof wanted,
		 "dc1.lime.lan: k8s1.lime.lan A 192.168.11.11; "
		 "dc2.lime.lan: k8s1.lime.lan A 192.168.11.11; "
		 "vIP 127.0.0.1:%u: connection refused (+2 more)",
		 lime.probe.port);
	lime_verify(&lime);
	cr_assert_gt(hits, 0);
}

Test(progress, says_nothing_where_nothing_is_waited_for)
{
	init();
	lime_verify(&lime);
	cr_assert_eq(empties, 0);
	cr_assert_eq(lime.seen.findings.n, 0);
}

static bool give_up(void *arg, const char *text, int64_t waited)
{
	(void)arg;
	(void)text;
	cr_assert_geq(waited, 0);
	hits++;
	return false;
}

Test(progress, ends_the_wait_when_told_to)
{
	init();
	lime.options.progress = give_up;
	lime.options.wait = 3600 * HALB_SEC;
	lime.tables[1][ROW_ALIAS].lacks = 1000;
	lime_verify(&lime);
	cr_assert_gt(hits, 0);
	cr_assert_gt(lime.seen.findings.n, 0);
}
