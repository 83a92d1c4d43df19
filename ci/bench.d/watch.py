# SPDX-License-Identifier: Apache-2.0
"""How true is what `halb-dns watch` says? Outages of known length and every fault of the lab, beside
what the kernel says of them.

Runs on the machine itself, after truth.py: watch.py LAB [RUNS [PART...]], PARTS: drop, others (what
other tools say of the same), and the names of the faults.
"""
import atexit
import bisect
import datetime
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time

LAB = sys.argv[1]
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
HALB = os.environ.get("HALB_DNS", "halb-dns")
CLIENT, BALANCERS = "adm", ["lb1", "lb2", "lb3"]
HOLDER = "lb1"  # after each heal: the highest priority has the vIP
DIR = "/tmp/bench-watch"
# A watch without any right, as anybody may run one: TCP at 1 kHz and who holds the vIP.
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
          "--bounding-set=-all"]
STEADY = 0.4  # s; what ends an outage, and the timeout of the last probe


def lab(*words, **rest):
    done = subprocess.run([LAB, *words], check=False, stderr=subprocess.PIPE, **rest)
    if done.returncode:
        sys.exit(f"watch.py: lab {' '.join(words)}: {done.stderr.decode()}")
    return done


def seconds_of(moment):
    return datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


class Watch:
    """A `halb-dns watch` on the lab's client, and the events that it wrote."""

    def __init__(self, name, user, *options):
        self.path = f"{DIR}/{name}"
        atexit.register(lambda: self.process.terminate())  # pylint: disable=unnecessary-lambda
        self.process = subprocess.Popen(
            [LAB, "exec", CLIENT, *user, HALB, "watch", "-f", f"{DIR}/site.yaml", "--events",
             f"{self.path}.jsonl", "--format", "json", *options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def end(self):
        if self.process.poll() is not None:
            sys.exit(f"watch.py: {self.path} ended by itself: {self.process.communicate()[0]}")
        self.process.terminate()
        self.report = json.loads(self.process.communicate()[0])
        text = lab("exec", CLIENT, "cat", f"{self.path}.jsonl", stdout=subprocess.PIPE).stdout
        self.events = [json.loads(line) for line in text.splitlines()]
        for event in self.events:
            event["time"] = seconds_of(event["time"])

    def told(self, what, start, end, **fields):
        return [e for e in self.events if e["event"] == what and start <= e["time"] < end
                and all(e[key] == value for key, value in fields.items())]


def outages_between(watch, layer, start, end):
    """(least, most possible length) in s of the outages that began in that time."""
    found = []
    for event in watch.events:
        if event["event"] != "outage-ends" or event["layer"] != layer:
            continue
        if start <= seconds_of(event["start"]) < end:
            most = event["max_ms"]
            found.append((event["min_ms"] / 1e3, float("inf") if most is None else most / 1e3))
    return found


def middle(values, scale=1.0):
    return f"{statistics.median(values) * scale:.2f}" if values else ""


def longest(values, scale=1.0):
    return f"{max(values) * scale:.2f}" if values else ""


# ---- DROP rules of known length ----


def lengths_of(share, more=0):
    """So many times RUNS of each length in s; twice as many of `more` ms."""
    return [length / 1e3 for length in (5, 20, 100, 500, 3000)
            for _ in range(max(1, round(RUNS * share * (2 if length == more else 1))))]


def drop_all(lengths):
    """Drops what is sent to the vIP for each length (s), in a random order; (length, the earliest
    and latest moment when the rule came, and when it went)."""
    gate, done = Gate(HOLDER), []
    lab("exec", HOLDER, "nft", "-f", "-", input=Gate.RULES.encode())
    try:
        for length in random.sample(lengths, len(lengths)):
            time.sleep(STEADY + 0.2 + random.random() * 0.1)
            closed = gate.close()
            time.sleep(length)
            done.append((length, closed, gate.open()))
        time.sleep(STEADY + 0.2)
    finally:
        lab("exec", HOLDER, "nft", "-f", "-", input=Gate.NO_RULES.encode())
    return done


def show_drops(watch, done):
    print("| DROP rule of | runs | missed | one outage | truth within its bounds | "
          "bounds apart, median ms | p95 |")
    print("|---|---|---|---|---|---|---|")
    for length in sorted({d[0] for d in done}):
        mine = [d for d in done if d[0] == length]
        missed = one = within = 0
        apart = []
        for _, closed, opened in mine:
            seen = outages_between(watch, "tcp", closed[0] - STEADY / 2, opened[1] + STEADY / 2)
            missed += not seen
            one += len(seen) == 1
            if len(seen) == 1:
                low, high = seen[0]
                within += low <= opened[1] - closed[0] and high >= opened[0] - closed[1]
                apart.append(high - low)
        apart.sort()
        p95 = apart[max(0, round(len(apart) * 0.95) - 1)] * 1e3 if apart else 0
        print(f"| {length * 1e3:.0f} ms | {len(mine)} | {missed} | {one} | {within} | "
              f"{middle(apart, 1e3)} | {p95:.2f} |", flush=True)


# ---- the faults of the lab ----


def arp_of_another(recorder, start):
    return recorder.first(start, "arp", lambda host: host != HOLDER)


def span(at):
    """What is known to the moment."""
    return at and (at, at)


class Fault:
    """What is done, the layer in which clients see it, how the truth of its beginning and its end is
    found (by the recorder, from the moments before and after it was done; None: not known), and what
    to wait for (s at the most)."""

    def __init__(self, layer, *commands, begins=None, ends=None, wait=8.0):
        self.layer, self.commands, self.wait = layer, commands, wait
        self.begins = begins or (lambda recorder, before, after: (before, after))
        self.ends = ends


def moved(recorder, start):
    return span(arp_of_another(recorder, start))


def told_by(what, host=HOLDER):
    return lambda recorder, before, after: span(recorder.first(before, what,
                                                               lambda who: who == host))


FAULTS = {
    "kill-haproxy": Fault("tcp", ("kill-haproxy", HOLDER), ends=moved,
                          begins=told_by("exit", "haproxy")),
    "stop-keepalived": Fault("tcp", ("stop-keepalived", HOLDER), ends=moved,
                             begins=told_by("no-address")),
    "cut-host": Fault("tcp", ("cut-host", HOLDER), ends=moved, begins=told_by("cut")),
    "drop-port": Fault("tcp", ("drop-port", HOLDER), wait=1.0, begins=told_by("rules"),
                       ends=lambda recorder, start: span(
                           recorder.first(start + 0.5, "rules", lambda who: who == HOLDER))),
    "freeze-haproxy": Fault("http", ("freeze-haproxy", HOLDER), ends=moved),
    "kill-keepalived": Fault("split", ("kill-keepalived", HOLDER), wait=1.5,
                             begins=lambda recorder, before, after: span(recorder.first(
                                 before, "address", lambda who: who != HOLDER))),
    "kill-app": Fault(None, ("kill-app", "app1"), wait=1.5),
    "kill-every-app": Fault("http", *(("kill-app", f"app{i}") for i in (1, 2, 3)), wait=1.5),
    "stop-dc": Fault("dns", ("stop-dc", "dc2"), wait=1.5),
}


def injure(recorder, fault):
    """One run of a fault: the times of its truth."""
    if any(command == "kill-haproxy" for command, _ in fault.commands):
        recorder.name(process_of(f"haproxy-{HOLDER}"), "haproxy")
    before = time.time()
    for command in fault.commands:
        lab("fault", *command)
    after = time.time()
    while time.time() < before + fault.wait:
        time.sleep(0.1)
        if fault.ends is moved and arp_of_another(recorder, before):
            break
    time.sleep(STEADY + 0.2)
    healing = time.time()
    lab("heal")
    time.sleep(1.0)
    begins = fault.begins(recorder, before, after)
    ends = fault.ends(recorder, before) if fault.ends else None
    return {"before": before, "after": after, "healing": healing, "healed": time.time(),
            "begins": begins, "ends": ends}


def found_after(fault, run, watch):
    """How long after the fault the first word of it came (s); None: not before it was healed."""
    what = "split-begins" if fault.layer == "split" else "outage-begins"
    fields = {} if fault.layer == "split" else {"layer": fault.layer}
    told = watch.told(what, run["before"], run["healing"], **fields)
    known = run["begins"] or (run["before"], run["after"])
    # A DC takes its time to end; from when on it does not answer is known by the end of the command.
    since = run["after"] if fault.layer == "dns" else known[0]
    return max(0, told[0]["time"] - since) if told else None


def show_faults(recorder, runs, fast, slow):
    print("| fault | seen in | runs | found | after, median ms | longest | truth, median ms | "
          "truth within the bounds | bounds apart, median ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, mine in runs.items():
        fault, watch = FAULTS[name], fast if FAULTS[name].layer == "tcp" else slow
        if fault.layer is None:
            failed = sum(len(outages_between(slow, "http", r["before"], r["healing"])) for r in mine)
            print(f"| {name} | http | {len(mine)} | {failed} outages | | | 0 | | |", flush=True)
            continue
        after = [found_after(fault, run, watch) for run in mine]
        found = [a for a in after if a is not None]
        truth, apart, within, judged = [], [], 0, 0
        for run in mine:
            if not run["begins"] or not run["ends"]:
                continue
            least, most = (run["ends"][0] - run["begins"][1], run["ends"][1] - run["begins"][0])
            seen = outages_between(watch, fault.layer, run["before"] - STEADY / 2, run["healing"])
            judged += 1
            truth.append((least + most) / 2)
            if not seen:  # what nobody saw is well told where there was next to nothing
                within += most <= 0.002
                continue
            low, high = max(seen)
            within += low <= most and high >= least
            apart.append(high - low)
        told = f"{within} of {judged}" if judged else ""
        print(f"| {name} | {fault.layer} | {len(mine)} | {len(found)} | {middle(found, 1e3)} | "
              f"{longest(found, 1e3)} | {middle(truth, 1e3)} | {told} | {middle(apart, 1e3)} |",
              flush=True)


def moves_of(recorder):
    """(when, to which host): the first packet in which another host says that it has the vIP."""
    moves, last = [], HOLDER
    for at, host in recorder.since(0, "arp"):
        if host != last:
            moves.append((at, host))
        last = host
    return moves


def show_holders(recorder, fast):
    """Who was told to be the holder after each move. Two that claim the vIP may both have been told
    before."""
    told = [(e["time"], e["host"]) for e in fast.events if e["event"] == "holder"]
    times = [at for at, _ in told]
    moves, right, late = moves_of(recorder), 0, []
    for at, host in moves:
        last = bisect.bisect_right(times, at + 0.005) - 1
        right += last >= 0 and told[last][1] == host
        late += [t - at for t, who in told if at <= t < at + 1 and who == host][:1]
    print(f"\n{len(moves)} moves of the vIP; 5 ms after the packet that told the kernel, the right "
          f"host was told of {right} (median {middle(late, 1e3)} ms after it, longest "
          f"{longest(late, 1e3)} ms), without a privilege.")


# ---- beside other tools ----


class Tools:
    """halb-dns and others at once, on the lab's client: see tools.py."""

    def __init__(self):
        with open("ci/bench.d/tools.py", encoding="utf-8") as source:
            self.process = subprocess.Popen(
                [LAB, "exec", CLIENT, "python3", "-c", source.read(), DIR, *NOBODY, HALB],
                text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            sys.exit("watch.py: the tools did not start")

    def end(self):
        return json.loads(self.process.communicate()[0])


def estimate(tool, start, end):
    """What the tool makes of an outage between these moments (s), or None where it saw none. A
    reader of its good answers would take the longest time between two, less the usual one."""
    if "outages" in tool:
        seen = [(o["min_ms"] + o["max_ms"]) / 2e3 for o in tool["outages"]
                if start - STEADY / 2 <= seconds_of(o["start"]) < end + STEADY / 2
                and o["max_ms"] is not None]
        return max(seen, default=None)
    good = tool["good"]
    gaps = [(b - a, a) for a, b in zip(good, good[1:]) if b > start and a < end]
    usual = tool["period"] or tool["usual"]
    gap = max(gaps, default=(0, 0))[0]
    return gap - usual if gap > 2 * usual else None


def show_others(told, happened):
    """`happened`: {label: [(start, end)]}, the latter by the kernel."""
    for tool in told.values():
        gaps = [b - a for a, b in zip(tool["good"], tool["good"][1:])]
        tool["usual"] = statistics.median(gaps) if gaps else 0
    print("| tool | a probe each | CPU, % of a core | peak memory MiB | of it private | "
          + " | ".join(f"{label}: error ms, missed" for label in happened) + " |")
    print("|---|---|---|---|---|" + "---|" * len(happened))
    for name, tool in told.items():
        cells = []
        for mine in happened.values():
            seen = [(estimate(tool, start, end), end - start) for start, end in mine]
            errors = [abs(seen_as - truth) for seen_as, truth in seen if seen_as is not None]
            missed = sum(1 for seen_as, _ in seen if seen_as is None)
            cells.append(f"{middle(errors, 1e3) or '-'}, {missed} of {len(mine)}")
        print(f"| {name} | {(tool['period'] or tool['usual']) * 1e3:.0f} ms | "
              f"{100 * tool['cpu'] / tool['wall']:.1f} | {tool['rss']:.1f} | {tool['private']:.1f} | "
              + " | ".join(cells) + " |", flush=True)


def compare(recorder):
    tools = Tools()
    happened = {}
    for length, closed, opened in sorted(drop_all(lengths_of(0.5))):
        happened.setdefault(f"drop {length * 1e3:.0f} ms", []).append((closed[0], opened[1]))
    for name in ("kill-haproxy", "cut-host"):
        for _ in range(max(1, RUNS // 2)):
            run = injure(recorder, FAULTS[name])
            happened.setdefault(name, []).append((run["begins"][0], run["ends"][1]))
    show_others(tools.end(), happened)


# ---- together ----


def measure(recorder, asked):
    """halb-dns alone."""
    fast = Watch("fast", NOBODY, "--layer", "tcp", "--period", "1ms")
    faults = [name for name in asked if name in FAULTS]
    slow = Watch("slow", [], "--layer", "dns", "--layer", "http", "--period", "100ms") \
        if faults else None
    time.sleep(2)
    drops = drop_all(lengths_of(2.5, more=20)) if "drop" in asked else []
    runs = {name: [injure(recorder, FAULTS[name]) for _ in range(RUNS)] for name in faults}
    fast.end()
    if slow:
        slow.end()
    probes, lag = fast.report["probes"], fast.report["lag_ms"]
    print(f"{probes['sent']} probes at 1 kHz, {probes['unknown']} slots missed; lag p99 "
          f"{lag['p99']} ms, at most {lag['max']} ms\n")
    if drops:
        show_drops(fast, drops)
        print()
    if runs:
        show_faults(recorder, runs, fast, slow)
        show_holders(recorder, fast)
        print()


def main():
    parts = ["drop", "others", *FAULTS]
    asked = sys.argv[3:] or parts
    if RUNS < 1 or not set(asked) <= set(parts):
        sys.exit(f"watch.py: [RUNS [PART...]], of {' '.join(parts)}")
    lab("exec", CLIENT, "sh", "-c", f"rm -rf {DIR} && mkdir -m 0777 {DIR} && "
        f"install -m 0644 /etc/halb-dns/halb.yaml {DIR}/site.yaml && halb-dns register -q")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("watch.py: terminated"))  # and clean up
    recorder = Recorder(CLIENT, BALANCERS, "net")
    recorder.start()
    if set(asked) - {"others"}:
        measure(recorder, asked)
    if "others" in asked:
        compare(recorder)


main()
