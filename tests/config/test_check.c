/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "sites_priv.h"

#define STACK "stack:\n  subnet: 192.168.11.0/24\n"

Test(check, keeps_names_below_the_domain)
{
	static const struct refusal rows[] = {
		{ "domain: lime.lan\nbalancers:\n- {name: a, vip: 10.0.0.1, apex: a.lemon.lan}\n",
		  "site.yaml:3: balancers[0].apex: expected a name below lime.lan, found "
		  "'a.lemon.lan'",
		  "correct the name" },
		{ "domain: lime.lan\nbalancers:\n- {name: a, vip: 10.0.0.1, apex: LIME.lan}\n",
		  "site.yaml:3: balancers[0].apex: expected a name below lime.lan, found "
		  "'LIME.lan'",
		  "" },
		{ SMALL "  aliases: [kube.lime.lan, kube.sublime.lan]\n",
		  "site.yaml:6: balancers[0].aliases[1]: expected a name below lime.lan, found "
		  "'kube.sublime.lan'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, lets_no_name_stand_twice)
{
	static const struct refusal rows[] = {
		{ SMALL "  aliases: [K8S1.lime.lan]\n",
		  "site.yaml:6: balancers[0].aliases[0]: expected another name than the apex, "
		  "found 'K8S1.lime.lan'",
		  "a CNAME cannot point at itself" },
		{ SMALL "  aliases:\n  - a.lime.lan\n  - b.lime.lan\n  - A.lime.lan.\n",
		  "site.yaml:9: balancers[0].aliases[2]: expected a name of its own "
		  "(balancers[0].aliases[0] has it already), found 'A.lime.lan.'",
		  "change one of the two" },
		{ SMALL "  aliases: [a.lime.lan]\n- {name: b, vip: 10.0.0.1, apex: a.lime.lan}\n",
		  "site.yaml:7: balancers[1].apex: expected a name of its own "
		  "(balancers[0].aliases[0] has it already), found 'a.lime.lan'",
		  "" },
		{ SMALL "- {name: b, vip: 10.0.0.1, apex: b.lime.lan, aliases: [k8s1.lime.lan]}\n",
		  "site.yaml:6: balancers[1].aliases[0]: expected a name of its own "
		  "(balancers[0].apex has it already), found 'k8s1.lime.lan'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, lets_no_two_balancers_share)
{
	static const struct refusal rows[] = {
		{ SMALL "- {name: k8s1, vip: 10.0.0.1, apex: b.lime.lan}\n",
		  "site.yaml:6: balancers[1].name: expected a name of its own (balancers[0].name "
		  "has it already), found 'k8s1'",
		  "" },
		{ SMALL "- {name: K8S1, vip: 10.0.0.1, apex: b.lime.lan}\n",
		  "site.yaml:6: balancers[1].name: expected a name of its own (balancers[0].name "
		  "has it already), found 'K8S1'",
		  "" },
		{ SMALL "- {name: b, vip: 192.168.11.11, apex: b.lime.lan}\n",
		  "site.yaml:6: balancers[1].vip: expected an address of its own (balancers[0].vip "
		  "has it already), found '192.168.11.11'",
		  "" },
		{ SMALL "  mac: 02:00:00:00:00:0a\n"
			"- {name: b, vip: 10.0.0.1, apex: b.lime.lan, mac: 02-00-00-00-00-0A}\n",
		  "site.yaml:7: balancers[1].mac: expected a MAC address of its own "
		  "(balancers[0].mac has it already), found '02-00-00-00-00-0A'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, tells_the_first_repetition_in_the_files_order)
{
	static const struct refusal rows[] = {
		{ SMALL "- {name: z, vip: 10.0.0.1, apex: z.lime.lan}\n"
			"- {name: z, vip: 10.0.0.2, apex: y.lime.lan}\n"
			"- {name: k8s1, vip: 10.0.0.3, apex: x.lime.lan}\n"
			"- {name: z, vip: 10.0.0.4, apex: w.lime.lan}\n",
		  "site.yaml:7: balancers[2].name: expected a name of its own (balancers[1].name "
		  "has it already), found 'z'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, wants_what_belongs_together)
{
	static const struct refusal rows[] = {
		{ SMALL "directory: {auth: simple}\n",
		  "site.yaml:6: directory.tls: expected starttls or ldaps with auth simple, found "
		  "nothing",
		  "in the clear" },
		{ SMALL "directory:\n  auth: simple\n  tls: off\n",
		  "site.yaml:8: directory.tls: expected starttls or ldaps with auth simple, found "
		  "'off'",
		  "in the clear" },
		{ SMALL "directory:\n  keytab: /etc/a.keytab\n",
		  "site.yaml:6: directory.principal: expected the principal whose key the keytab "
		  "holds, found nothing",
		  "klist -k" },
		{ SMALL "dhcp:\n  backend: ad\n",
		  "site.yaml:6: dhcp.service: expected the DN of the dhcpService entry, "
		  "attribute=value,..., found nothing",
		  "CN=config" },
		{ SMALL "dhcp:\n  service: CN=config,DC=lan\n",
		  "site.yaml:3: balancers[0].mac: expected a MAC address, six pairs of hex digits, "
		  "found nothing",
		  "the DHCP reservation needs it" },
		{ SMALL "  probes:\n  - port: 1\n    ca_file: /a.pem\n",
		  "site.yaml:7: balancers[0].probes[0].tls: expected yes, since ca_file is given, "
		  "found nothing",
		  "" },
		{ "domain: lime.lan\n",
		  "site.yaml:1: balancers: expected at least one balancer, found nothing",
		  "--vip" },
		{ "domain: lime.lan\nbalancers: []\n",
		  "site.yaml:2: balancers: expected at least one balancer, found nothing",
		  "--vip" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, keeps_the_stack_in_its_subnet)
{
	static const struct refusal rows[] = {
		{ SMALL "stack: {subnet: 192.168.12.0/24}\n",
		  "site.yaml:4: balancers[0].vip: expected an address in 192.168.12.0/24, found "
		  "'192.168.11.11'",
		  "stack.subnet" },
		{ SMALL "stack: {subnet: 'fd00::/64'}\n",
		  "site.yaml:4: balancers[0].vip: expected an address in fd00::/64, found "
		  "'192.168.11.11'",
		  "" },
		{ SMALL "stack: {subnet: 192.168.11.8/30}\n",
		  "site.yaml:4: balancers[0].vip: expected a host's address (this is the broadcast "
		  "address of 192.168.11.8/30), found '192.168.11.11'",
		  "" },
		{ SMALL STACK "  hosts:\n  - {name: lb1, address: 192.168.11.0}\n",
		  "site.yaml:9: stack.hosts[0].address: expected a host's address (this is the "
		  "address of 192.168.11.0/24 itself), found '192.168.11.0'",
		  "" },
		{ SMALL STACK "  hosts:\n  - {name: lb1, address: 192.168.1.2}\n",
		  "site.yaml:9: stack.hosts[0].address: expected an address in 192.168.11.0/24, "
		  "found '192.168.1.2'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, lets_no_two_hosts_share)
{
	static const struct refusal rows[] = {
		{ SMALL STACK "  hosts:\n  - {name: a, address: 192.168.11.12}\n"
			      "  - {name: b, address: 192.168.11.12}\n",
		  "site.yaml:10: stack.hosts[1].address: expected an address of its own "
		  "(stack.hosts[0].address has it already), found '192.168.11.12'",
		  "" },
		{ SMALL STACK "  hosts:\n  - {name: a, address: 192.168.11.11}\n",
		  "site.yaml:9: stack.hosts[0].address: expected an address of its own "
		  "(balancers[0].vip has it already), found '192.168.11.11'",
		  "" },
		{ SMALL STACK "  hosts:\n  - {name: a, address: 192.168.11.12}\n"
			      "  - {name: a, address: 192.168.11.13}\n",
		  "site.yaml:10: stack.hosts[1].name: expected a name of its own "
		  "(stack.hosts[0].name has it already), found 'a'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

#define SERVICE                                                                                    \
	SMALL "stack:\n  services:\n  - name: api\n    port: 6443\n    servers:\n"                 \
	      "    - {name: a, address: 192.168.11.31, port: 6443}\n"

Test(check, keeps_services_apart)
{
	static const struct refusal rows[] = {
		{ SMALL "stack:\n  services:\n  - {name: api, port: 6443}\n",
		  "site.yaml:8: stack.services[0].servers: expected at least one server, found "
		  "nothing",
		  "" },
		{ SERVICE "    - {name: a, address: 192.168.11.32, port: 6443}\n",
		  "site.yaml:12: stack.services[0].servers[1].name: expected a name of its own "
		  "(stack.services[0].servers[0].name has it already), found 'a'",
		  "" },
		{ SERVICE "    - {name: b, address: 192.168.11.31, port: 6443}\n",
		  "site.yaml:12: stack.services[0].servers[1].address: expected an address and "
		  "port of its own (stack.services[0].servers[0].address has it already), found "
		  "'192.168.11.31'",
		  "" },
		{ SERVICE "    - {name: b, address: 192.168.11.11, port: 6443}\n",
		  "site.yaml:12: stack.services[0].servers[1].address: expected a server's own "
		  "address (balancers[0].vip is this), found '192.168.11.11'",
		  "connect to itself" },
		{ SERVICE "  - name: web\n    port: 6443\n    servers: [{name: a, address: "
			  "10.0.0.1, port: 1}]\n",
		  "site.yaml:13: stack.services[1].port: expected a port of its own "
		  "(stack.services[0].port has it already), found '6443'",
		  "" },
		{ SERVICE "  - name: api\n    port: 443\n    servers: [{name: a, address: "
			  "10.0.0.1, port: 1}]\n",
		  "site.yaml:12: stack.services[1].name: expected a name of its own "
		  "(stack.services[0].name has it already), found 'api'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(check, lets_servers_share_what_differs_in_port)
{
	struct halb_site site =
		load_right(SERVICE "    - {name: b, address: 192.168.11.31, port: 6444}\n");

	cr_assert_eq(site.stack.services[0].n_servers, 2);
	halb_site_clear(&site);
}
