# SPDX-License-Identifier: Apache-2.0
"""What `halb-dns watch` costs: CPU time, private memory, and how late it is.

cost.py [SECONDS]: how long each row is measured, 20 by default. Needs root, for two networks of its
own: the watch in one, behind a veth those that answer in the other, whose packets another core
works on where there is one. A second watch, which is idle, maps the same libraries: what is shared
is nobody's private memory then. Nothing stays.
"""
import atexit
import contextlib
import ctypes
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 20
WARM = 5  # seconds before anything is read: the start has a price of its own
# Closed at once by the server, so that it keeps up with any rate; and kept as long as the client does.
PORT, HELD_PORT = 6443, 6444
MOST = 1000
OURS, THEIRS = "10.96.0.1", "10.96.0.2"
NETS = ["10.98.0.0/16", "10.99.0.0/16"]   # of name servers, of vIPs
DNS_SERVERS = ["10.98.0.1", "10.98.0.2"]  # of the site, and of resolv.conf
NEWNS, NEWNET = 0x00020000, 0x40000000    # unshare(2)

work = tempfile.mkdtemp()
children = []
cores = sorted(os.sched_getaffinity(0))
our_core, their_cores = {cores[0]}, set(cores[1:]) or {cores[0]}


def leave():
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(work)


def run(*command):
    subprocess.run(command, check=True)


def write(path, text):
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    return path


def address(i):
    return f"10.99.{i >> 8}.{i & 255}"


# ---- the networks ----

def enter():
    """A network and mounts of its own."""
    if ctypes.CDLL(None, use_errno=True).unshare(NEWNS | NEWNET):
        sys.exit(f"cost.py: unshare: {os.strerror(ctypes.get_errno())}")
    run("mount", "--make-rprivate", "/")
    run("mount", "-t", "sysfs", "sysfs", "/sys")  # this network's devices
    run("ip", "link", "set", "lo", "up")


def bring_up(device, own):
    """What arrives there is worked on by their cores, as by a network card's interrupt."""
    mask = sum(1 << core for core in their_cores)
    write(f"/sys/class/net/{device}/queues/rx-0/rps_cpus", f"{mask:x}")
    run("ip", "address", "add", f"{own}/16", "dev", device)
    run("ip", "link", "set", device, "up")


def spawn(work_on):
    """A child that does this and then waits to be killed; returns when it has begun."""
    begun, tell = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.sched_setaffinity(0, their_cores)
            work_on(lambda: os.write(tell, b"."))
            signal.pause()
        except BaseException:  # pylint: disable=broad-except
            traceback.print_exc()
        os._exit(1)  # what is registered at the exit is the parent's to do
    os.close(tell)
    children.append(pid)
    if not os.read(begun, 1):
        sys.exit("cost.py: a child did not begin")
    os.close(begun)
    return pid


def connect():
    """Both networks, the veth between them, and the routes."""
    enter()
    peer = spawn(lambda tell: (enter(), tell()))
    run("ip", "link", "add", "ours", "type", "veth", "peer", "name", "theirs", "netns", str(peer))
    bring_up("ours", OURS)
    for net in NETS:
        run("ip", "route", "add", net, "via", THEIRS)
    conf = write(f"{work}/resolv.conf", f"nameserver {DNS_SERVERS[1]}\n")
    run("mount", "--bind", conf, os.path.realpath("/etc/resolv.conf"))
    return peer


def move_to(peer):
    for kind in ("mnt", "net"):
        fd = os.open(f"/proc/{peer}/ns/{kind}", os.O_RDONLY)
        if ctypes.CDLL(None).setns(fd, 0):
            sys.exit("cost.py: setns")
        os.close(fd)


def take_addresses(peer):
    move_to(peer)
    bring_up("theirs", THEIRS)
    for net in NETS:
        run("ip", "route", "add", "local", net, "dev", "lo")


# ---- those that answer ----

def accept(tell):
    listener = socket.create_server(("0.0.0.0", PORT), backlog=4096)
    tell()
    while True:
        os.close(listener._accept()[0])  # pylint: disable=protected-access


def hold(tell):
    listener = socket.create_server(("0.0.0.0", HELD_PORT), backlog=4096)
    clients = selectors.DefaultSelector()
    clients.register(listener, selectors.EVENT_READ)
    tell()
    while True:
        for key, _ in clients.select():
            if key.fileobj is listener:
                clients.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            with contextlib.suppress(OSError):  # a reset ends it, too
                if key.fileobj.recv(512):
                    continue
            clients.unregister(key.fileobj)
            key.fileobj.close()


def answers():
    """By wire name: an A record that points at the question's name (RFC 1035 4.1.4)."""
    labels = [(i, f"b{i:04}".encode()) for i in range(1, MOST + 1)]
    return {bytes([len(label)]) + label + b"\4lime\3lan":
            b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address(i))
            for i, label in labels}


def serve_names(at, tell):
    names = answers()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    udp.bind((at, 53))
    tell()
    while True:
        query, client = udp.recvfrom(512)
        end = query.index(0, 12)
        name, question = query[12:end], query[12:end + 5]
        if name in names and question[-4:] == b"\0\1\0\1":
            reply = query[:2] + b"\x85\x80\0\1\0\1\0\0\0\0" + question + names[name]
        else:
            reply = query[:2] + b"\x85\x83\0\1\0\0\0\0\0\0" + question  # NXDOMAIN
        udp.sendto(reply, client)


def serve(peer):
    names = (lambda tell, at=at: serve_names(at, tell) for at in DNS_SERVERS)
    for work_on in (accept, hold, *names):
        spawn(lambda tell, work_on=work_on: (move_to(peer), work_on(tell)))


# ---- the one that is measured ----

def site_of(count, port):
    return write(f"{work}/site-{count}-{port}.yaml", f"""\
domain: lime.lan
directory: {{servers: [{DNS_SERVERS[0]}]}}
dhcp: {{backend: none}}
balancers:
""" + "".join(f"""\
  - {{name: b{i:04}, vip: {address(i)}, apex: b{i:04}.lime.lan, probes: [{{port: {port}}}]}}
""" for i in range(1, count + 1)))


def cpu(pid):
    """Seconds; the scheduler's own sum, since ticks miss who sleeps most of the time."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as stat:
        return int(stat.read().split()[0]) / 1e9


def memory(pid):
    """MiB: private, and all that is mapped."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        sizes = {key: int(value.split()[0]) / 1024 for key, value in
                 (line.split(":", 1) for line in rollup if "kB" in line)}
    return sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Rss"]


def start(count, port, options, **more):
    return subprocess.Popen(["halb-dns", "watch", "-f", site_of(count, port), "--format", "json",
                             "-q", *options], **more)


def watch(count, port, options):
    """Runs a watch for WARM + SECONDS: its report, the CPU's share and memory meanwhile."""
    with open(f"{work}/report", "w+", encoding="utf-8") as out:
        process = start(count, port, options, stdout=out,
                        preexec_fn=lambda: os.sched_setaffinity(0, our_core))
        time.sleep(WARM)
        began, before = time.monotonic(), cpu(process.pid)
        first, _ = memory(process.pid)
        time.sleep(SECONDS)
        share = (cpu(process.pid) - before) / (time.monotonic() - began)
        last, rss = memory(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait()
        out.seek(0)
        return json.load(out), share * 100, first, last, rss


def show(title, bar, report, *figures):
    probes = [series["probes"] for series in report["series"]]
    sent, failed, unknown = (sum(p[key] for p in probes) for key in ("sent", "failed", "unknown"))
    rate = sent / report["watched_ms"] * 1e3
    print("| " + " | ".join([
        title, f"{rate:.0f}", *(f"{figure:.1f}" for figure in figures),
        f"{unknown / (sent + unknown):.2%}", str(failed), f"{report['lag_ms']['p99']:.2f}", bar,
    ]) + " |", flush=True)


TCP, DNS = ("--layer", "tcp"), ("--layer", "dns")
ROWS = [
    ("one vIP at 1 kHz", 1, PORT, ("--period", "1ms", *TCP), "5 %, 4 MiB"),
    ("the same, --realtime", 1, PORT, ("--period", "1ms", *TCP, "--realtime"), ""),
    ("the same, DNS and held, too", 1, HELD_PORT, ("--period", "1ms"), ""),
    ("20 vIPs at 1 kHz", 20, PORT, ("--period", "1ms", *TCP), "100 %, 20000 a second"),
    ("the same, --realtime", 20, PORT, ("--period", "1ms", *TCP, "--realtime"), ""),
    ("1000 vIPs at 1 Hz, TCP", MOST, PORT, ("--period", "1s", *TCP), ""),
    ("1000 vIPs at 1 Hz, TCP and DNS", MOST, PORT, ("--period", "1s", *TCP, *DNS),
     "10 %, 16 MiB"),
]


def main():
    peer = connect()
    spawn(lambda tell: (take_addresses(peer), tell()))
    serve(peer)
    idle = start(1, PORT, ("--period", "60s", *TCP), stdout=subprocess.DEVNULL)
    children.append(idle.pid)
    print("| watched | probes a second | CPU % | private MiB, first | last | RSS MiB | unknown | "
          "failed | p99 of lag, ms | wanted |\n" + "|---" * 10 + "|")
    for title, count, port, options, bar in ROWS:
        show(title, bar, *watch(count, port, options))
    print(f"{SECONDS:.0f} s each after {WARM}; CPU: of one core, with what the kernel does for it. "
          "With DNS each vIP has two questions: to the DC, and to the resolver.")


atexit.register(leave)
signal.signal(signal.SIGTERM, lambda *_: sys.exit("cost.py: terminated"))
main()
