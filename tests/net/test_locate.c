/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/locate.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/net/locate_priv.h"
#include "dns_server.h"
#include "halb/base/deadline.h"
#include "halb/dns/record.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached by a working locator */
#define SHORT       (300 * HALB_MSEC)

static struct dns_server server;
static struct halb_name domain;
static struct halb_dc_list list;
static struct halb_error err;

static void setup(void)
{
	cr_assert_eq(halb_name_parse("lime.lan", &domain, &err), HALB_OK);
}

static void teardown(void)
{
	halb_dc_list_clear(&list);
}

TestSuite(locate, .init = setup, .fini = teardown);

static bool is(const struct dns_question *q, const char *name, uint16_t type)
{
	return strcasecmp(q->name, name) == 0 && q->type == type;
}

static void answer(const struct dns_question *q, struct halb_buf out[2])
{
	struct halb_buf *o = &out[0];

	if (is(q, "_ldap._tcp.dc._msdcs.lime.lan", HALB_RR_SRV)) {
		dns_reply(q, 0, 5, o);
		dns_srv(10, 100, "far.lime.lan", o);
		dns_srv(0, 100, "dc1.lime.lan", o);
		dns_srv(5, 0, "six.lime.lan", o);
		dns_srv(0, 0, ".", o);
		dns_srv(7, 0, "gone.lime.lan", o);
	} else if (is(q, "_ldap._tcp.branch._sites.dc._msdcs.lime.lan", HALB_RR_SRV)) {
		dns_reply(q, 0, 2, o);
		dns_srv(0, 100, "far.lime.lan", o);
		dns_srv(5, 100, "six.lime.lan", o);
	} else if (is(q, "lime.lan", HALB_RR_NS)) {
		dns_reply(q, 0, 2, o);
		dns_ns("six.lime.lan", o);
		dns_ns("dc1.lime.lan", o);
	} else if (is(q, "dc1.lime.lan", HALB_RR_A)) {
		dns_reply(q, 0, 2, o);
		dns_a(0x7f000002, o);
		dns_a(0x7f000003, o);
	} else if (is(q, "far.lime.lan", HALB_RR_A)) {
		dns_reply(q, 0, 1, o);
		dns_a(0x7f000009, o);
	} else if (is(q, "six.lime.lan", HALB_RR_A)) {
		dns_reply(q, 0, 0, o);
	} else if (is(q, "six.lime.lan", HALB_RR_AAAA)) {
		dns_reply(q, 0, 1, o);
		dns_aaaa("fd00::6", o);
	} else if (is(q, "2.0.0.127.in-addr.arpa", HALB_RR_PTR)) {
		dns_reply(q, 0, 1, o);
		dns_ptr("dc1.lime.lan", o);
	} else if (is(q, "_ldap._tcp.dc._msdcs.empty.lan", HALB_RR_SRV)) {
		dns_reply(q, 0, 1, o);
		dns_srv(0, 0, ".", o);
	} else if (!is(q, "_ldap._tcp.dc._msdcs.silent.lan", HALB_RR_SRV) &&
		   !is(q, "silent.lime.lan", HALB_RR_A)) {
		dns_reply(q, 3, 0, o);
	}
}

static enum halb_status locate(char *const *servers, size_t n, int64_t timeout)
{
	struct halb_addr addr = address_of("127.0.0.1");

	if (!server.port)
		dns_server_start(&server, answer, true);
	return halb_locate_dcs_through(&addr, server.port, &domain, servers, n,
				       halb_now() + timeout, &list, &err);
}

static enum halb_status locate_dns(void)
{
	struct halb_addr addr = address_of("127.0.0.1");

	if (!server.port)
		dns_server_start(&server, answer, true);
	return halb_locate_dns_through(&addr, server.port, &domain, halb_now() + LONG_ENOUGH,
				       &list, &err);
}

static void expect(size_t i, const char *name, const char *address)
{
	char text[HALB_ADDR_TEXT];

	cr_assert_lt(i, list.n);
	cr_assert_str_eq(list.items[i].name, name);
	cr_assert_str_eq(halb_addr_format(&list.items[i].address, text), address, "%s is %s", name,
			 text);
}

Test(locate, finds_the_controllers_by_srv_in_the_order_of_priority)
{
	cr_assert_eq(locate(NULL, 0, LONG_ENOUGH), HALB_OK, "%s", err.text);
	cr_assert_eq(list.n, 4, "the root as target is no controller");
	expect(0, "dc1.lime.lan", "127.0.0.2");
	expect(1, "six.lime.lan", "fd00::6");
	expect(2, "gone.lime.lan", "none");
	expect(3, "far.lime.lan", "127.0.0.9");
	cr_assert_eq(list.items[3].priority, 10);
	cr_assert_eq(list.items[3].weight, 100);
}

Test(locate, finds_a_site_s_controllers_and_asks_no_address_twice)
{
	struct halb_addr addr = address_of("127.0.0.1");
	struct halb_dc_list near;
	int asked;

	cr_assert_eq(locate(NULL, 0, LONG_ENOUGH), HALB_OK, "%s", err.text);
	asked = server.n_udp;
	cr_assert_eq(halb_locate_site_through(&addr, server.port, &domain, "branch", &list,
					      halb_now() + LONG_ENOUGH, &near, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(server.n_udp, asked + 1, "only the site's records");
	cr_assert_eq(near.n, 2);
	cr_assert_eq(halb_dc_list_prefer(&list, &near, &err), HALB_OK);
	halb_dc_list_clear(&near);
	cr_assert_eq(list.n, 4);
	expect(0, "far.lime.lan", "127.0.0.9");
	expect(1, "six.lime.lan", "fd00::6");
	expect(2, "dc1.lime.lan", "127.0.0.2");
	expect(3, "gone.lime.lan", "none");
}

Test(locate, looks_up_what_only_the_site_names)
{
	static const struct halb_dc_list nothing;
	struct halb_addr addr = address_of("127.0.0.1");

	dns_server_start(&server, answer, true);
	cr_assert_eq(halb_locate_site_through(&addr, server.port, &domain, "branch", &nothing,
					      halb_now() + LONG_ENOUGH, &list, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(list.n, 2);
	expect(0, "far.lime.lan", "127.0.0.9");
	expect(1, "six.lime.lan", "fd00::6");
}

Test(locate, a_site_that_nobody_serves_is_an_error)
{
	static const struct halb_dc_list nothing;
	struct halb_addr addr = address_of("127.0.0.1");

	dns_server_start(&server, answer, true);
	cr_assert_eq(halb_locate_site_through(&addr, server.port, &domain, "moon", &nothing,
					      halb_now() + LONG_ENOUGH, &list, &err),
		     HALB_E_UNREACHABLE);
	cr_assert(strstr(err.text, "_ldap._tcp.moon._sites.dc._msdcs.lime.lan"), "%s", err.text);
}

/* `n` controllers of one weight, as SRV records in any order give them. */
static struct halb_dc_list equals(size_t n, bool turned)
{
	struct halb_dc_list out = { calloc(n, sizeof *out.items), n };

	cr_assert_not_null(out.items);
	for (size_t i = 0; i < n; i++) {
		out.items[i].weight = 100;
		snprintf(out.items[i].name, sizeof out.items[i].name, "dc%zu.lime.lan",
			 turned ? n - i : i + 1);
	}
	return out;
}

Test(locate, a_site_of_all_controllers_changes_no_order)
{
	static const char key[] = "_ldap._tcp.dc._msdcs.lime.lan";
	struct halb_dc_list near = equals(9, true), before = equals(9, false);

	list = equals(9, false);
	halb_dc_list_order(&list, key);
	halb_dc_list_order(&before, key);
	halb_dc_list_order(&near, key);
	cr_assert_eq(halb_dc_list_prefer(&list, &near, &err), HALB_OK);
	cr_assert_eq(list.n, before.n);
	for (size_t i = 0; i < list.n; i++)
		cr_assert_str_eq(list.items[i].name, before.items[i].name);
	halb_dc_list_clear(&near);
	halb_dc_list_clear(&before);
}

Test(locate, finds_the_name_servers_of_a_zone)
{
	const struct halb_dc *first;

	cr_assert_eq(locate_dns(), HALB_OK, "%s", err.text);
	cr_assert_eq(list.n, 2);
	first = &list.items[0];
	expect(strcmp(first->name, "dc1.lime.lan") != 0, "dc1.lime.lan", "127.0.0.2");
	expect(strcmp(first->name, "six.lime.lan") != 0, "six.lime.lan", "fd00::6");
	halb_dc_list_clear(&list);
	cr_assert_eq(halb_name_parse("nowhere.lan", &domain, &err), HALB_OK);
	cr_assert_eq(locate_dns(), HALB_E_UNREACHABLE);
	cr_assert(strstr(err.text, "NS nowhere.lan"), "%s", err.text);
}

Test(locate, no_controller_is_an_error_that_says_what_to_do)
{
	static const char *const domains[] = { "nowhere.lan", "empty.lan" };

	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(halb_name_parse(domains[i], &domain, &err), HALB_OK);
		cr_assert_eq(locate(NULL, 0, LONG_ENOUGH), HALB_E_UNREACHABLE);
		cr_assert(strstr(err.text, domains[i]), "%s", err.text);
		cr_assert(strstr(err.hint, "directory.servers"), "%s", err.hint);
		cr_assert_null(list.items);
	}
}

Test(locate, a_silent_resolver_is_unreachable_at_the_deadline)
{
	int64_t began = halb_now();

	cr_assert_eq(halb_name_parse("silent.lan", &domain, &err), HALB_OK);
	cr_assert_eq(locate(NULL, 0, SHORT), HALB_E_UNREACHABLE);
	cr_assert_geq(halb_now() - began, SHORT);
	cr_assert_eq(err.status, HALB_E_UNREACHABLE);
	cr_assert(strstr(err.text, "silent.lan"), "%s", err.text);
}

Test(locate, keeps_the_given_servers_in_their_order)
{
	char *names[] = { (char *)"127.0.0.9", (char *)"gone.lime.lan", (char *)"dc1.lime.lan.",
			  (char *)"127.0.0.2", (char *)"far" };

	cr_assert_eq(locate(names, 5, LONG_ENOUGH), HALB_OK, "%s", err.text);
	cr_assert_eq(list.n, 5);
	expect(0, "127.0.0.9", "127.0.0.9");
	expect(1, "gone.lime.lan", "none");
	expect(2, "dc1.lime.lan", "127.0.0.2");
	expect(3, "dc1.lime.lan", "127.0.0.2");
	expect(4, "far", "none");
}

Test(locate, a_name_that_is_not_answered_for_in_time_stays_without_address)
{
	char *names[] = { (char *)"silent.lime.lan", (char *)"dc1.lime.lan" };

	cr_assert_eq(locate(names, 2, HALB_SEC), HALB_OK, "%s", err.text);
	expect(0, "silent.lime.lan", "none");
	expect(1, "dc1.lime.lan", "127.0.0.2");
}

Test(locate, refuses_what_is_no_name)
{
	char *names[] = { (char *)"a..b" };

	cr_assert_neq(locate(names, 1, LONG_ENOUGH), HALB_OK);
	cr_assert(strstr(err.text, "a..b"), "%s", err.text);
}

static const char *key_of(int i, char key[32])
{
	snprintf(key, 32, "domain%d.lan", i);
	return key;
}

Test(locate, weights_decide_within_a_priority)
{
	int heavy_first = 0;
	char key[32];

	for (int i = 0; i < 1000; i++) {
		struct halb_dc dcs[4] = { { .name = "a", .priority = 1, .weight = 65535 },
					  { .name = "b", .weight = 0 },
					  { .name = "c", .weight = 65535 },
					  { .name = "d", .weight = 65535 } };
		struct halb_dc_list order = { .items = dcs, .n = 4 };

		halb_dc_list_order(&order, key_of(i, key));
		cr_assert_eq(dcs[3].priority, 1, "a higher number is always later");
		heavy_first += dcs[0].weight > 0;
	}
	cr_assert_eq(heavy_first, 1000, "weight 0 is as good as never first");
}

Test(locate, a_weight_is_a_share_of_the_domains)
{
	static const uint16_t weights[] = { 100, 200, 700 };
	int first[3] = { 0 };
	char key[32];

	for (int i = 0; i < 10000; i++) {
		struct halb_dc dcs[3] = { 0 };
		struct halb_dc_list order = { .items = dcs, .n = 3 };

		for (size_t k = 0; k < 3; k++) {
			snprintf(dcs[k].name, sizeof dcs[k].name, "dc%zu.lan", k);
			dcs[k].weight = weights[k];
		}
		halb_dc_list_order(&order, key_of(i, key));
		for (size_t k = 0; k < 3; k++)
			first[k] += dcs[0].weight == weights[k];
	}
	for (size_t k = 0; k < 3; k++)
		cr_assert_float_eq(first[k], weights[k] * 10, 250, "%d of 10000", first[k]);
}

Test(locate, every_run_for_a_domain_has_the_same_order)
{
	struct halb_dc dcs[3] = { { .name = "dc1.lime.lan", .weight = 100 },
				  { .name = "dc2.lime.lan", .weight = 100 },
				  { .name = "dc3.lime.lan", .weight = 100 } };
	struct halb_dc shuffled[3] = { dcs[2], dcs[0], dcs[1] };
	struct halb_dc_list order = { .items = dcs, .n = 3 }, other = { .items = shuffled, .n = 3 };

	strcpy(shuffled[1].name, "DC1.Lime.LAN");
	halb_dc_list_order(&order, "lime.lan");
	halb_dc_list_order(&other, "LIME.lan");
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(strcasecmp(dcs[i].name, shuffled[i].name), 0);
}

Test(locate, a_dc_more_or_less_leaves_the_others_in_their_order)
{
	char key[32];

	for (int i = 0; i < 100; i++) {
		struct halb_dc all[3] = { { .name = "a", .weight = 100 },
					  { .name = "b", .weight = 100 },
					  { .name = "c", .weight = 100 } };
		struct halb_dc two[2] = { all[0], all[2] };
		struct halb_dc_list order = { .items = all, .n = 3 };
		struct halb_dc_list fewer = { .items = two, .n = 2 };
		size_t k = 0;

		halb_dc_list_order(&order, key_of(i, key));
		halb_dc_list_order(&fewer, key);
		for (size_t j = 0; j < 3; j++)
			if (all[j].name[0] != 'b')
				cr_expect_str_eq(all[j].name, two[k++].name);
	}
}

/* A list with one port: each has an address of its own. */
static void add(const char *name, const char *address)
{
	list.items = realloc(list.items, (list.n + 1) * sizeof *list.items);
	list.items[list.n] = (struct halb_dc){ 0 };
	strcpy(list.items[list.n].name, name);
	if (address)
		list.items[list.n].address = address_of(address);
	list.n++;
}

/* A socket at another loopback address, on the port of the others. */
static int bind_at(const char *address, uint16_t port, bool listening, int backlog)
{
	struct halb_addr addr = address_of(address);
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, port, &sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	if (listening)
		cr_assert_eq(listen(fd, backlog), 0);
	return fd;
}

Test(locate, connects_past_a_dead_a_refusing_and_an_unknown_one)
{
	uint16_t port;
	size_t index = 99;
	int fd = -1, on = 0;
	socklen_t len = sizeof on;

	swallow_connects("127.0.0.2", &port);
	bind_at("127.0.0.3", port, false, 0);
	bind_at("127.0.0.4", port, true, 5);
	bind_at("127.0.0.5", port, true, 5);
	add("dead.lime.lan", "127.0.0.2");
	add("unknown.lime.lan", NULL);
	add("refusing.lime.lan", "127.0.0.3");
	add("good.lime.lan", "127.0.0.4");
	add("spare.lime.lan", "127.0.0.5");
	cr_assert_eq(halb_locate_connect(&list, port, halb_now() + LONG_ENOUGH, &index, &fd, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(index, 3);
	cr_assert_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	cr_assert_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	cr_assert_eq(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
	cr_assert_neq(on, 0);
	cr_assert_eq(write(fd, "x", 1), 1);
	close(fd);
}

Test(locate, says_of_each_why_it_does_not_answer)
{
	uint16_t port;
	size_t index = 99;
	int fd = -1;

	swallow_connects("127.0.0.2", &port);
	bind_at("127.0.0.3", port, false, 0);
	add("dc1.lime.lan", "127.0.0.3");
	add("dc2.lime.lan", "127.0.0.2");
	add("dc3.lime.lan", NULL);
	add("127.0.0.3", "127.0.0.3");
	cr_assert_eq(halb_locate_connect(&list, port, halb_now() + SHORT, &index, &fd, &err),
		     HALB_E_UNREACHABLE);
	cr_assert(strstr(err.text, "dc1.lime.lan (127.0.0.3): connection refused; "), "%s",
		  err.text);
	cr_assert(strstr(err.text, "dc2.lime.lan (127.0.0.2): no answer in "), "%s", err.text);
	cr_assert(strstr(err.text, "; dc3.lime.lan: "), "%s", err.text);
	cr_assert(strstr(err.text, "; 127.0.0.3: "), "%s", err.text);
	cr_assert_str_not_empty(err.hint);
	cr_assert_eq(index, 99);
	cr_assert_eq(fd, -1);
}

Test(locate, does_not_wait_when_all_have_refused)
{
	uint16_t port;
	size_t index;
	int fd;

	bind_socket("127.0.0.1", SOCK_STREAM, &port);
	add("dc1.lime.lan", "127.0.0.1");
	add("dc2.lime.lan", NULL);
	cr_assert_eq(halb_locate_connect(&list, port, halb_now() + 100000 * HALB_SEC, &index, &fd,
					 &err),
		     HALB_E_UNREACHABLE);
	cr_assert(strstr(err.text, "dc2.lime.lan: the name does not resolve"), "%s", err.text);
}

Test(locate, an_empty_list_is_an_error)
{
	size_t index;
	int fd;

	cr_assert_eq(halb_locate_connect(&list, 389, halb_now() + LONG_ENOUGH, &index, &fd, &err),
		     HALB_E_UNREACHABLE);
	cr_assert_str_not_empty(err.text);
}

static size_t count_fds(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

Test(locate, closes_the_losers)
{
	uint16_t port;
	size_t index, before;
	int fd;

	swallow_connects("127.0.0.2", &port);
	bind_at("127.0.0.4", port, true, 5);
	add("dead.lime.lan", "127.0.0.2");
	add("dead.lime.lan", "127.0.0.2");
	add("good.lime.lan", "127.0.0.4");
	before = count_fds();
	cr_assert_eq(halb_locate_connect(&list, port, halb_now() + LONG_ENOUGH, &index, &fd, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(index, 2);
	cr_assert_eq(count_fds(), before + 1);
	close(fd);
}
