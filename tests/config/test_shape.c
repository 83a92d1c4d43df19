/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "sites_priv.h"

Test(shape, names_the_unknown_key_and_the_known_ones)
{
	static const struct refusal rows[] = {
		{ SMALL "  alias: [kube.lime.lan]\n",
		  "site.yaml:6: balancers[0].alias: expected a known key, found 'alias'",
		  "did you mean 'aliases'? The keys here are name, vip, mac, apex, aliases, ttl, "
		  "ptr, probes" },
		{ "domian: lime.lan\n", "site.yaml:1: domian: expected a known key, found 'domian'",
		  "did you mean 'domain'? The keys here are domain, directory, dhcp, balancers, "
		  "stack" },
		{ SMALL "frobnicate: 1\n",
		  "site.yaml:6: frobnicate: expected a known key, found 'frobnicate'",
		  "the keys here are domain, directory" },
		{ SMALL "  Ttl: 1\n",
		  "site.yaml:6: balancers[0].Ttl: expected a known key, found 'Ttl'",
		  "did you mean 'ttl'?" },
		{ SMALL "  probes:\n  - {port: 1, tsl: yes}\n",
		  "site.yaml:7: balancers[0].probes[0].tsl: expected a known key, found 'tsl'",
		  "the keys here are port, tls, http, ca_file" },
		{ SMALL "\"ttl\\0x\": 1\n", "site.yaml:6: ttl: expected a known key, found 'ttl'",
		  "" },
		{ SMALL "<<: {}\n", "site.yaml:6: <<: expected a known key, found '<<'", "" },
		{ SMALL "[a, b]: 1\n", "site.yaml:6: expected a key, found a list", "" },
	};

	EXPECT_REFUSED(rows);
}

Test(shape, sends_secrets_elsewhere)
{
	static const struct refusal rows[] = {
		{ SMALL "directory:\n  password: hunter2\n",
		  "site.yaml:7: directory.password: expected a known key, found 'password'",
		  "a site file holds no secrets: use 'keytab', or --password-file" },
		{ SMALL "directory: {bindPasswd: hunter2}\n",
		  "site.yaml:6: directory.bindPasswd: expected a known key, found 'bindPasswd'",
		  "no secrets" },
	};

	EXPECT_REFUSED(rows);
}

Test(shape, refuses_a_key_twice)
{
	static const struct refusal rows[] = {
		{ SMALL "domain: lime.lan\n",
		  "site.yaml:6: domain: expected this key once, found it again after line 1",
		  "take one of the two away" },
		{ SMALL "  ttl: 1\n  \"ttl\": 2\n",
		  "site.yaml:7: balancers[0].ttl: expected this key once, found it again after "
		  "line 6",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(shape, refuses_the_wrong_kind_of_value)
{
	static const struct refusal rows[] = {
		{ "lime.lan\n", "site.yaml:1: expected keys and values, found 'lime.lan'",
		  "key: value" },
		{ "- domain: lime.lan\n", "site.yaml:1: expected keys and values, found a list",
		  "" },
		{ "domain: [lime.lan]\n",
		  "site.yaml:1: domain: expected a single value, found a list", "" },
		{ "domain: {a: b}\n",
		  "site.yaml:1: domain: expected a single value, found keys and values", "" },
		{ "domain: lime.lan\nbalancers: k8s1\n",
		  "site.yaml:2: balancers: expected a list, found 'k8s1'", "[a, b]" },
		{ "domain: lime.lan\nbalancers:\n  name: k8s1\n",
		  "site.yaml:2: balancers: expected a list, found keys and values", "- a" },
		{ "domain: lime.lan\nbalancers:\n- name: k8s1\n- k8s2\n",
		  "site.yaml:4: balancers[1]: expected keys and values, found 'k8s2'", "" },
		{ SMALL "  aliases: kube.lime.lan\n",
		  "site.yaml:6: balancers[0].aliases: expected a list, found 'kube.lime.lan'", "" },
		{ SMALL "  aliases:\n  - kube.lime.lan\n  - [a]\n",
		  "site.yaml:8: balancers[0].aliases[1]: expected a single value, found a list",
		  "" },
		{ SMALL "stack: yes\n", "site.yaml:6: stack: expected keys and values, found 'yes'",
		  "" },
		{ SMALL "  ttl: \"a\\nb\"\n",
		  "site.yaml:6: balancers[0].ttl: expected one line without control characters, "
		  "found 'a?b'",
		  "" },
		{ SMALL "  ttl: \"9\\0\"\n",
		  "site.yaml:6: balancers[0].ttl: expected one line without control characters, "
		  "found '9'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(shape, refuses_a_value_left_out)
{
	static const struct refusal rows[] = {
		{ "domain:\n", "site.yaml:1: domain: expected a single value, found nothing",
		  "or take the key away" },
		{ SMALL "  aliases:\n",
		  "site.yaml:6: balancers[0].aliases: expected a list, found nothing",
		  "write the value behind the colon" },
		{ SMALL "stack:\n", "site.yaml:6: stack: expected keys and values, found nothing",
		  "" },
		{ SMALL "directory: {keytab: ~}\n",
		  "site.yaml:6: directory.keytab: expected a single value, found nothing", "" },
		{ SMALL "  ttl: null\n",
		  "site.yaml:6: balancers[0].ttl: expected a single value, found nothing", "" },
		{ SMALL "  aliases:\n  - \n",
		  "site.yaml:7: balancers[0].aliases[0]: expected a single value, found nothing",
		  "" },
	};

	EXPECT_REFUSED(rows);
}
