# SPDX-License-Identifier: Apache-2.0
"""Registers and plans many balancers beside OpenLDAP's tools: medians, ratios, private memory.

Runs on the lab's adm host: bulk.py [BALANCERS] [RUNS]. The balancers' addresses lie in a subnet
that is added to the lab's DHCP service for the time of the run; all of it is removed afterwards.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

BALANCERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
DC = "dc1.lime.lan"
ZONE = "DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan"
SERVICE = "CN=config,OU=DHCP,DC=lime,DC=lan"
SUBNET = f"CN=10.99.0.0,{SERVICE}"
MOST_PRIVATE = 32  # MiB
if not 1 <= BALANCERS <= 60000:
    sys.exit("bulk.py: 1 to 60000 balancers")

work = tempfile.mkdtemp()
os.environ["KRB5CCNAME"] = f"FILE:{work}/ticket"
os.environ["LDAPSASL_NOCANON"] = "on"  # the lab has no reverse zone
LDAP = ["-Q", "-Y", "GSSAPI", "-H", f"ldap://{DC}"]
subprocess.run(["kinit", "Administrator@LIME.LAN"], input=b"Passw0rd.lime\n", check=True,
               stdout=subprocess.DEVNULL)


def write(name, text):
    path = f"{work}/{name}"
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    return path


def name(i):
    return f"b{i:05}"


def alias(i):
    return f"b{i:05}-api"


def address(i):
    return f"10.99.{i >> 8}.{i & 255}"


def mac(i):
    return f"02:99:00:00:{i >> 8:02x}:{i & 255:02x}"


NUMBERS = range(1, BALANCERS + 1)
DNS = [f"DC={make(i)},{ZONE}" for i in NUMBERS for make in (name, alias)]
DHCP = [f"CN={name(i)},{SERVICE}" for i in NUMBERS]

SITE = write("site.yaml", f"""\
domain: lime.lan
directory: {{auth: gssapi, servers: [{DC}]}}
dhcp: {{backend: ad, service: "{SERVICE}"}}
balancers:
""" + "".join(f"""\
  - name: {name(i)}
    vip: {address(i)}
    mac: {mac(i)}
    apex: {name(i)}.lime.lan
    aliases: [{alias(i)}.lime.lan]
    ttl: 900
    ptr: no
""" for i in NUMBERS))


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


def remove(dns):
    subprocess.run(["ldapdelete", *LDAP, "-c"], input="".join(f"{dn}\n" for dn in dns).encode(),
                   check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def private(pid):
    """The process's private memory in MiB now; 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
            return sum(int(line.split()[1]) for line in rollup
                       if line.startswith(("Private_Clean:", "Private_Dirty:"))) / 1024
    except (OSError, ValueError):
        return 0


def measure(command):
    """Wall time and CPU time (s), peak memory and peak private memory (MiB)."""
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, f"{work}/stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
    most = done = 0
    while not done:
        most = max(most, private(pid))
        time.sleep(0.002)
        done, status, usage = os.wait4(pid, os.WNOHANG)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code:
        with open(f"{work}/stderr", encoding="utf-8") as text:
            sys.exit(f"{' '.join(command[:2])} ended with {code}: {text.read()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, most


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
    subprocess.run(["ldapmodify", *LDAP], check=True, stdout=subprocess.DEVNULL, input=f"""\
dn: {SUBNET}
changetype: add
objectClass: dhcpSubnet
dhcpNetMask: 16
""".encode())
    run()
finally:
    remove(DNS + DHCP + [SUBNET])
