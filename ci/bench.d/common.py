# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks of many balancers share: a ticket, site files, processes measured.

Runs on the lab's adm host, in front of the benchmark itself. The balancers' addresses lie in a
subnet that is added to the lab's DHCP service for the time of the run.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

DC = "dc1.lime.lan"
ZONE = "DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan"
SERVICE = "CN=config,OU=DHCP,DC=lime,DC=lan"
SUBNET = f"CN=10.99.0.0,{SERVICE}"
MOST_PRIVATE = 32  # MiB

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


def site_of(count, servers):
    """A site file of so many balancers, verified at these servers."""
    return write(f"site-{count}.yaml", f"""\
domain: lime.lan
directory: {{auth: gssapi, servers: [{", ".join(servers)}]}}
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
""" for i in range(1, count + 1)))


def objects_of(count):
    """The DNs of what they register: DNS, then DHCP."""
    numbers = range(1, count + 1)
    return ([f"DC={make(i)},{ZONE}" for i in numbers for make in (name, alias)],
            [f"CN={name(i)},{SERVICE}" for i in numbers])


def add_subnet():
    subprocess.run(["ldapmodify", *LDAP], check=True, stdout=subprocess.DEVNULL, input=f"""\
dn: {SUBNET}
changetype: add
objectClass: dhcpSubnet
dhcpNetMask: 16
""".encode())


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
