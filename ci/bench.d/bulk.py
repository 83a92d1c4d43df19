# SPDX-License-Identifier: Apache-2.0
"""Registers and plans many balancers beside OpenLDAP's tools: medians, ratios, private memory.

bulk.py [BALANCERS] [RUNS], after common.py. All of it is removed afterwards.
"""
BALANCERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
if not 1 <= BALANCERS <= 60000:
    sys.exit("bulk.py: 1 to 60000 balancers")
SITE = site_of(BALANCERS, [DC])
DNS, DHCP = objects_of(BALANCERS)


def ldif_from_directory():
    """What register made, as the LDIF with which ldapmodify makes the same objects."""
    entries = []
    for base, wanted in ((ZONE, DNS), (SERVICE, DHCP)):
        found = subprocess.run(
            ["ldapsearch", "-LLL", "-o", "ldif-wrap=no", *LDAP, "-b", base, "-s", "one",
             "-E", "pr=1000/noprompt", "(|(objectClass=dnsNode)(objectClass=dhcpHost))",
             "dnsRecord", "adminDescription", "dhcpHWAddress", "dhcpStatements", "dhcpOption"],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        kind = "dnsNode" if base == ZONE else "dhcpHost"
        mine = set(wanted)
        for entry in found.split("\n\n"):
            # without what ldapsearch says of its pages
            lines = [line for line in entry.splitlines() if line and not line.startswith("#")]
            dn, rest = lines[0] if lines else "", "\n".join(lines[1:])
            if dn.removeprefix("dn: ") in mine:
                entries.append(f"{dn}\nchangetype: add\nobjectClass: {kind}\n{rest}\n")
    if len(entries) != len(DNS) + len(DHCP):
        sys.exit(f"register made {len(entries)} objects, not {len(DNS) + len(DHCP)}")
    return write("seed.ldif", "\n".join(entries))


def halb(command, *options):
    return ["halb-dns", command, "-f", SITE, "-q", *options]


def show(title, results, first, target):
    medians = {tool: [statistics.median(column) for column in zip(*rows)]
               for tool, rows in results.items()}
    ours, ratio = medians[first], 0
    print(f"{title:30}{'wall ms':>9}{'ratio':>8}{'CPU ms':>9}{'peak MiB':>10}{'private':>9}")
    for tool, (wall, cpu, peak, own) in medians.items():
        ratio = ours[0] / wall
        print(f"  {tool:28}{wall * 1e3:9.0f}{ratio:8.2f}{cpu * 1e3:9.0f}{peak:10.1f}{own:9.1f}")
    print(f"  wanted: a ratio of at most {target}: {'yes' if ratio <= target else 'NO'}; at most "
          f"{MOST_PRIVATE} MiB private: {'yes' if ours[3] < MOST_PRIVATE else 'NO'}\n")


def run():
    subprocess.run(halb("register", "--no-verify"), check=True, stdout=subprocess.DEVNULL)
    ldif = ldif_from_directory()
    plan = {"halb-dns plan": halb("plan"),
            "ldapsearch of the zone": ["/usr/bin/ldapsearch", "-LLL", *LDAP, "-b", ZONE,
                                       "-E", "pr=1000/noprompt"]}
    write_all = {"halb-dns register": halb("register", "--no-verify"),
                 "ldapmodify": ["/usr/bin/ldapmodify", *LDAP, "-f", ldif]}
    plans = {tool: [] for tool in plan}
    writes = {tool: [] for tool in write_all}
    for _ in range(3 * RUNS):
        for tool, command in plan.items():
            plans[tool].append(measure(command))
    for i in range(RUNS):
        # in turn the first and the second: the directory grows with what was deleted
        for tool in list(write_all)[::1 if i % 2 else -1]:
            remove(DNS + DHCP)
            writes[tool].append(measure(write_all[tool]))
    show("plan, nothing to do", plans, "halb-dns plan", 3)
    show("register, all new", writes, "halb-dns register", 1.1)
    print(f"{BALANCERS} balancers, {len(DNS) + len(DHCP)} objects; medians of {3 * RUNS} plans and "
          f"{RUNS} registrations each, interleaved; ratio: halb-dns over that tool")


remove(DNS + DHCP + [SUBNET])  # what an interrupted run left
try:
    add_subnet()
    run()
finally:
    remove(DNS + DHCP + [SUBNET])
