/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "sites_priv.h"

#define STACK SMALL "stack:\n"
#define SERVICE                                                                                    \
	STACK "  services:\n  - name: api\n    port: 6443\n"                                       \
	      "    servers: [{name: a, address: 192.168.11.31, port: 6443}]\n"

Test(stack, has_defaults_for_what_is_not_said)
{
	struct halb_site site = load_right(full_site);
	const struct halb_stack *stack = &site.stack;

	cr_expect_eq(stack->advert_interval, 20);
	cr_expect_eq(stack->identity_port, 8404);
	cr_expect_eq(stack->timeouts.connect, 1000);
	cr_expect_eq(stack->timeouts.client, 3600000);
	cr_expect_str_eq(stack->haproxy.user, "haproxy");
	cr_expect_eq(stack->haproxy.maxconn, 4000);
	cr_expect_eq(stack->script.interval, 1);
	cr_expect_str_eq(stack->hosts[0].process, "haproxy");
	cr_expect_null(stack->hosts[0].net_namespace);
	cr_expect_eq(stack->services[0].check, HALB_HEALTH_NONE);
	for (size_t i = 0; i < HALB_SETTINGS; i++)
		cr_expect_eq(stack->settings.value[i], 0, "%s",
			     halb_setting_name((enum halb_setting)i));
	halb_site_clear(&site);
}

Test(stack, reads_every_setting)
{
	static const int32_t want[HALB_SETTINGS] = {
		[HALB_SET_INTER] = 2000,    [HALB_SET_FASTINTER] = 250,  [HALB_SET_DOWNINTER] = 60000,
		[HALB_SET_SLOWSTART] = HALB_SET_OUT, [HALB_SET_RISE] = 3, [HALB_SET_FALL] = 4,
		[HALB_SET_MAXCONN] = 5,     [HALB_SET_MAXQUEUE] = HALB_SET_OUT, [HALB_SET_WEIGHT] = 6,
	};
	struct halb_site site =
		load_right(STACK "  default_server: {inter: 2s, fastinter: 250ms, downinter: 1m, "
				 "slowstart: none, rise: 3, fall: 4, maxconn: 5, maxqueue: none, "
				 "weight: 6}\n");

	for (size_t i = 0; i < HALB_SETTINGS; i++)
		cr_expect_eq(site.stack.settings.value[i], want[i], "%s",
			     halb_setting_name((enum halb_setting)i));
	halb_site_clear(&site);
}

Test(stack, refuses_times_that_nobody_can_count)
{
	static const struct refusal rows[] = {
		{ STACK "  advert_interval: 15ms\n",
		  "site.yaml:7: stack.advert_interval: expected a time in whole hundredths of a "
		  "second, as VRRPv3 counts, found '15ms'", "" },
		{ STACK "  advert_interval: 50s\n",
		  "site.yaml:7: stack.advert_interval: expected a time from 10ms to 40950ms, in whole "
		  "milliseconds, found '50s'", "250ms" },
		{ STACK "  advert_interval: 1\n",
		  "site.yaml:7: stack.advert_interval: expected a time from 10ms to 40950ms, in whole "
		  "milliseconds, found '1'", "its unit" },
		{ STACK "  script: {interval: 1500ms}\n",
		  "site.yaml:7: stack.script.interval: expected a time in whole seconds, found "
		  "'1500ms'", "seconds" },
		{ STACK "  timeouts: {connect: 10us}\n",
		  "site.yaml:7: stack.timeouts.connect: expected a time from 1ms to 2147483647ms, in "
		  "whole milliseconds, found '10us'", "" },
		{ STACK "  default_server: {inter: 10}\n",
		  "site.yaml:7: stack.default_server.inter: expected a time from 1ms to 2147483647ms, "
		  "in whole milliseconds, found '10'", "" },
		{ STACK "  default_server: {weight: 257}\n",
		  "site.yaml:7: stack.default_server.weight: expected a number from 1 to 256, found "
		  "'257'", "" },
	};

	EXPECT_REFUSED(rows);
}

Test(stack, names_the_profiles_that_there_are)
{
	static const struct refusal rows[] = {
		{ SERVICE "    profile: quick\n",
		  "site.yaml:11: stack.services[0].profile: expected control-plane, data-plane, "
		  "sensitive, fast-rejoin, no-queue or fast, found 'quick'", "" },
		{ SERVICE "    profile: none\n",
		  "site.yaml:11: stack.services[0].profile: expected control-plane, data-plane, "
		  "sensitive, fast-rejoin, no-queue or fast, found 'none'", "" },
	};

	EXPECT_REFUSED(rows);
}

Test(stack, refuses_checks_that_look_at_nothing)
{
	static const struct refusal rows[] = {
		{ SERVICE "    check: tcp\n    check_path: /readyz\n",
		  "site.yaml:11: stack.services[0].check: expected http, since check_path is given, "
		  "found 'tcp'", "" },
		{ SERVICE "    check: tcp\n    check_ca_file: /ca.pem\n",
		  "site.yaml:11: stack.services[0].check: expected tls or http, since check_ca_file "
		  "is given, found 'tcp'", "" },
		{ SERVICE "    check: http\n    check_path: readyz\n",
		  "site.yaml:12: stack.services[0].check_path: expected a path that begins with '/', "
		  "without spaces, found 'readyz'", "/livez" },
		{ SERVICE "    check: ping\n",
		  "site.yaml:11: stack.services[0].check: expected tcp, tls or http, found 'ping'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(stack, keeps_the_identity_listener_apart)
{
	static const struct refusal rows[] = {
		{ SERVICE "  identity: {port: 6443}\n",
		  "site.yaml:9: stack.services[0].port: expected a port of its own "
		  "(stack.identity.port is 6443), found '6443'", "" },
		{ STACK "  services:\n  - name: Identity\n    port: 6443\n"
			"    servers: [{name: a, address: 192.168.11.31, port: 6443}]\n",
		  "site.yaml:8: stack.services[0].name: expected another name (the listener that "
		  "says which host answers has this one), found 'Identity'", "" },
	};

	EXPECT_REFUSED(rows);
}

Test(stack, has_hosts_of_one_family)
{
	static const struct refusal rows[] = {
		{ STACK "  hosts:\n  - {name: a, address: 10.0.0.1}\n  - {name: b, address: 'fd00::1'}\n",
		  "site.yaml:9: stack.hosts[1].address: expected an IPv4 address, as the first host "
		  "has, found 'fd00::1'", "" },
	};

	EXPECT_REFUSED(rows);
}
