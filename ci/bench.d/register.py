# SPDX-License-Identifier: Apache-2.0
"""Registers the seed's objects with each tool in turn and prints a table of medians and ratios.

Runs on the lab's adm host. A ticket is in the cache, as after kinit; before each run the objects
are deleted, so that every run starts cold.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
DC = "dc1.lime.lan"
NODES = "CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan"
OBJECTS = [f"DC=k8s1,DC=lime.lan,{NODES}", f"DC=kube,DC=lime.lan,{NODES}",
           "CN=k8s1,CN=config,OU=DHCP,DC=lime,DC=lan"]

work = tempfile.mkdtemp()
os.environ["KRB5CCNAME"] = f"FILE:{work}/ticket"
os.environ["LDAPSASL_NOCANON"] = "on"  # the lab has no reverse zone
# samba-tool's RPC wants an administrator; so all run as one.
subprocess.run(["kinit", "Administrator@LIME.LAN"], input=b"Passw0rd.lime\n", check=True,
               stdout=subprocess.DEVNULL)


def write(name, text):
    path = f"{work}/{name}"
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    return path


# The same site, but with the ticket of the cache.
with open("/etc/halb-dns/halb.yaml", encoding="utf-8") as site:
    SITE = write("site.yaml", "".join(line for line in site
                                      if not line.lstrip().startswith(("keytab:", "principal:"))))

LDIF = write("seed.ldif", f"""\
dn: {OBJECTS[0]}
changetype: add
objectClass: dnsNode
dnsRecord:: BAABAAXwAAABAAAAAAADhAAAAAAAAAAAwKgLCw==

dn: {OBJECTS[1]}
changetype: add
objectClass: dnsNode
dnsRecord:: EQAFAAXwAAABAAAAAAADhAAAAAAAAAAADwMEazhzMQRsaW1lA2xhbgA=

dn: {OBJECTS[2]}
changetype: add
objectClass: dhcpHost
dhcpHWAddress: ethernet 02:00:00:00:01:01
dhcpStatements: fixed-address 192.168.11.11
dhcpOption: host-name "k8s1"
""")

NSUPDATE = write("seed.nsupdate", f"""\
server {DC}
zone lime.lan
update add k8s1.lime.lan 900 A 192.168.11.11
update add kube.lime.lan 900 CNAME k8s1.lime.lan
send
""")

KERBEROS = ["--use-kerberos=required"]
TOOLS = {
    "halb-dns register": [["halb-dns", "register", "-f", SITE, "--server", DC, "--no-verify", "-q"]],
    "ldapmodify": [["/usr/bin/ldapmodify", "-Q", "-Y", "GSSAPI", "-H", f"ldap://{DC}", "-f", LDIF]],
    "samba-tool dns add (x2)": [
        ["samba-tool", "dns", "add", DC, "lime.lan", "k8s1", "A", "192.168.11.11", *KERBEROS],
        ["samba-tool", "dns", "add", DC, "lime.lan", "kube", "CNAME", "k8s1.lime.lan", *KERBEROS]],
    "nsupdate -g": [["nsupdate", "-g", NSUPDATE]],
}
# nsupdate says "tsig verify failure" and ends with 2 although Samba did what it asked.
MAY_END_WITH = {"nsupdate -g": (0, 2)}
EXPECTED = {"halb-dns register": 3, "ldapmodify": 3}


def clean():
    subprocess.run(["ldapdelete", "-Q", "-Y", "GSSAPI", "-H", f"ldap://{DC}", "-c", *OBJECTS],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def count():
    n = 0
    for dn in OBJECTS:
        n += subprocess.run(["ldapsearch", "-Q", "-Y", "GSSAPI", "-H", f"ldap://{DC}", "-b", dn,
                             "-s", "base", "1.1"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL).returncode == 0
    return n


def measure(name):
    """Wall time, CPU time (s) and peak memory (MiB) of a tool's commands, one after another."""
    wall = cpu = peak = 0
    for command in TOOLS[name]:
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, f"{work}/stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
             0o600)])
        _, status, usage = os.wait4(pid, 0)
        wall += time.perf_counter() - start
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
        code = os.waitstatus_to_exitcode(status)
        if code not in MAY_END_WITH.get(name, (0,)):
            with open(f"{work}/stderr", encoding="utf-8") as text:
                sys.exit(f"{name} ended with {code}: {text.read()}")
    return wall, cpu, peak


results = {name: [] for name in TOOLS}
for run in range(RUNS + 1):
    for name in TOOLS:
        clean()
        result = measure(name)
        if count() != EXPECTED.get(name, 2):
            sys.exit(f"{name} did not make what it should")
        if run:  # the first round warms the caches
            results[name].append(result)
clean()

medians = {name: [statistics.median(column) for column in zip(*rows)]
           for name, rows in results.items()}
ours = medians["halb-dns register"]
print(f"{'':26}{'wall ms':>9}{'ratio':>8}{'CPU ms':>9}{'ratio':>8}{'peak MiB':>10}{'ratio':>8}")
for name, (wall, cpu, peak) in medians.items():
    print(f"{name:26}{wall * 1e3:9.1f}{wall / ours[0]:8.2f}{cpu * 1e3:9.1f}{cpu / ours[1]:8.2f}"
          f"{peak:10.1f}{peak / ours[2]:8.2f}")
print(f"median of {RUNS} runs each, interleaved; ratio: that tool over halb-dns")
