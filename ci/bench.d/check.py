# SPDX-License-Identifier: Apache-2.0
"""Checks one balancer beside a shell script, and many beside dnsperf: medians and ratios.

check.py [RUNS], after common.py. Nothing that it makes stays.
"""
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SIZES = [1, 10, 100, 1000]
DCS = ["dc1.lime.lan", "dc2.lime.lan"]
ADDRESSES = {"dc1.lime.lan": "192.168.11.2", "dc2.lime.lan": "192.168.11.3"}
LEAST_FASTER, LEAST_RATE = 3, 0.8
DNS, DHCP = objects_of(SIZES[-1])

# The seed's site with the ticket of the cache, as the script has it.
with open("/etc/halb-dns/halb.yaml", encoding="utf-8") as seed:
    SEED = write("seed.yaml", "".join(line for line in seed
                                      if not line.lstrip().startswith(("keytab:", "principal:"))))

# What an administrator would run from cron: each DC's directory, each DC's DNS, the vIP.
SCRIPT = write("check.sh", r"""
set -eu
search() {
	ldapsearch -LLL -Q -Y GSSAPI -H "ldap://$1" -b "$2" -s one "$3" "$4" | grep -q "^$4:"
}
for dc in dc1.lime.lan dc2.lime.lan; do
	for name in k8s1 kube; do
		search $dc "DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan" "(dc=$name)" dnsRecord
		[ "$(dig +short +norecurse +time=3 +tries=1 @$dc $name.lime.lan A | tail -n 1)" = 192.168.11.11 ]
	done
	search $dc CN=config,OU=DHCP,DC=lime,DC=lan "(dhcpHWAddress=ethernet 02:00:00:00:01:01)" dhcpStatements
done
[ "$(dig +short kube.lime.lan A | tail -n 1)" = 192.168.11.11 ]
nc -zw3 192.168.11.11 6443
curl -sko /dev/null --max-time 3 https://192.168.11.11:6443/livez
""")


def replicate():
    """Both DCs hold what was written at the first."""
    for partition in ("DC=DomainDnsZones,DC=lime,DC=lan", "DC=lime,DC=lan"):
        subprocess.run(["samba-tool", "drs", "replicate", DCS[1], DCS[0], partition,
                        "--use-kerberos=required"], check=True, stdout=subprocess.DEVNULL)


def median_of(rows):
    return [statistics.median(column) for column in zip(*rows)]


def verdict(holds):
    return "yes" if holds else "NO"


def beside_script():
    subprocess.run(["halb-dns", "register", "-f", SEED, "--server", DC, "--no-verify", "-q"],
                   check=True)
    replicate()
    tools = {"halb-dns check": ["halb-dns", "check", "-f", SEED, "-q"],
             "shell script": ["sh", SCRIPT]}
    rows = {tool: [] for tool in tools}
    for run in range(RUNS + 1):
        for tool, command in tools.items():
            result = measure(command)
            if run:  # the first round warms the caches
                rows[tool].append(result)
    ours = median_of(rows["halb-dns check"])
    print(f"{'one balancer, two DCs':30}{'wall ms':>9}{'ratio':>8}{'CPU ms':>9}{'private':>9}")
    for tool, results in rows.items():
        wall, cpu, _, own = median_of(results)
        print(f"  {tool:28}{wall * 1e3:9.1f}{wall / ours[0]:8.2f}{cpu * 1e3:9.1f}{own:9.1f}")
    faster = median_of(rows["shell script"])[0] / ours[0]
    print(f"  wanted: at least {LEAST_FASTER} times faster: {verdict(faster >= LEAST_FASTER)}\n")


def rate_of_halb(site, questions):
    """Questions a second, over the whole run of the process."""
    start = time.perf_counter()
    subprocess.run(["halb-dns", "verify", "-f", site, "--wait", "0s", "-q"], check=True)
    return questions / (time.perf_counter() - start)


def rate_of_dnsperf(names):
    """The same questions: each DC gets all names, and the first those of the resolver too."""
    start = time.perf_counter()
    runs = [subprocess.Popen(["dnsperf", "-s", ADDRESSES[dc], "-d", names, "-n", times, "-q", "64"],
                             stdout=subprocess.PIPE, text=True)
            for dc, times in zip(DCS, ("2", "1"))]
    done = 0
    for run in runs:
        text = run.communicate()[0]
        done += int(text.split("Queries completed:")[1].split()[0])
    return done / (time.perf_counter() - start)


def many(runs):
    names = write("names", "".join(f"{make(i)}.lime.lan A\n" for i in range(1, SIZES[-1] + 1)
                                   for make in (name, alias)))
    sites = {size: site_of(size, DCS) for size in SIZES}
    subprocess.run(["halb-dns", "register", "-f", sites[SIZES[-1]], "--server", DC, "--no-verify",
                    "-q"], check=True, stdout=subprocess.DEVNULL)
    replicate()
    rates = {"halb-dns verify": [], "dnsperf": []}
    for _ in range(runs):
        rates["halb-dns verify"].append(rate_of_halb(sites[SIZES[-1]], 3 * 2 * SIZES[-1]))
        rates["dnsperf"].append(rate_of_dnsperf(names))
    ours, theirs = (statistics.median(rates[tool]) for tool in rates)
    print(f"{SIZES[-1]} balancers, two DCs and the resolver: DNS questions a second")
    for tool, results in rates.items():
        print(f"  {tool:28}{statistics.median(results):9.0f}")
    print(f"  wanted: at least {LEAST_RATE:.0%}: {ours / theirs:.0%}, "
          f"{verdict(ours >= LEAST_RATE * theirs)}\n")
    print(f"{'balancers checked':30}{'wall ms':>9}{'each':>8}{'CPU ms':>9}{'private':>9}")
    for size, site in sites.items():
        wall, cpu, _, own = median_of([measure(["halb-dns", "check", "-f", site, "-q"])
                                       for _ in range(runs)])
        print(f"  {size:<28}{wall * 1e3:9.1f}{wall * 1e3 / size:8.2f}{cpu * 1e3:9.1f}{own:9.1f}")
    print(f"  wanted: at most {MOST_PRIVATE} MiB private: {verdict(own < MOST_PRIVATE)}")


remove(DNS + DHCP + [SUBNET])  # what an interrupted run left
try:
    beside_script()
    add_subnet()
    many(max(3, RUNS // 4))
finally:
    remove(DNS + DHCP + [SUBNET])
    subprocess.run(["halb-dns", "unregister", "-f", SEED, "--server", DC, "-q"], check=False)
    replicate()
print(f"medians of {RUNS} runs each beside the script, interleaved; ratio: that over halb-dns")
