# SPDX-License-Identifier: Apache-2.0
"""Injects each fault of the lab, measures the outage by `halb-dns drill`, and compares it with what
`halb-dns lint` predicts from the same site file.

Runs on the lab's adm host: failover.py [RUNS [FAULT...]].
"""
import json
import statistics
import subprocess
import sys

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
HOLDER, SERVER = "lb1", "app1"  # the highest priority has the vIP after each heal
# What is done, to whom, and the layer in which a client sees it.
FAULTS = {
    "haproxy-killed": ("kill-haproxy", HOLDER, "tcp"),
    "keepalived-stopped": ("stop-keepalived", HOLDER, "tcp"),
    "host-lost": ("cut-host", HOLDER, "tcp"),
    "haproxy-frozen": ("freeze-haproxy", HOLDER, "http"),
    "keepalived-killed": ("kill-keepalived", HOLDER, "tcp"),
    "backend-lost": ("kill-app", SERVER, "http"),
    "backend-host-lost": ("cut-host", SERVER, "http"),
}
SITE = "/tmp/failover.yaml"
ASKED = sys.argv[2:] or list(FAULTS)
if RUNS < 1 or not set(ASKED) <= set(FAULTS):
    sys.exit(f"failover.py: [RUNS [FAULT...]], of {' '.join(FAULTS)}")


def write_site():
    """The load balancers' own stack, with what a client probes."""
    with open("/lab/lb/halb.yaml", encoding="utf-8") as source:
        stack = source.read()
    head = """\
domain: lime.lan
dhcp: {backend: none}
balancers:
  - name: k8s1
    vip: 192.168.11.11
    apex: k8s1.lime.lan
    probes: [{port: 6443, tls: yes, http: /livez}]
"""
    with open(SITE, "w", encoding="utf-8") as out:
        out.write(head + stack[stack.index("stack:"):])


def drill(fault):
    what, whom, layer = FAULTS[fault]
    run = subprocess.run(
        ["halb-dns", "drill", "-f", SITE, "--fault", fault, "--layer", layer, "--period", "1ms",
         "--settle", "3s", "--duration", "30s", "--repeat", str(RUNS), "--heal", "lab heal",
         "--format", "json", "--", "lab", "fault", what, whom],
        check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    report = json.loads(run.stdout)
    if "drill" not in report:
        sys.exit(f"{fault}: {run.stderr}")
    return report


def span(low, high):
    if low is None:
        return "never"
    return f"{low:.0f} to {high:.0f}" if high is not None else f"{low:.0f} or more"


def show(fault):
    report = drill(fault)
    predicted = report["predicted_ms"]
    low, high = predicted["min"], predicted["max"]
    outages = [run["outage"] or {"min_ms": 0, "max_ms": 0} for run in report["drill"]["runs"]]
    # Measured are bounds, too: they contradict a prediction that they do not touch.
    within = sum(1 for o in outages if low is not None and (high is None or o["min_ms"] <= high)
                 and (o["max_ms"] is None or o["max_ms"] >= low))
    mins = [o["min_ms"] for o in outages]
    maxs = [o["max_ms"] if o["max_ms"] is not None else float("inf") for o in outages]
    # Where no probe failed, what could have hidden between two of them is the upper bound.
    seen = sum(1 for o in outages if o.get("layer"))
    measured = f"{statistics.median(mins):.1f} to {statistics.median(maxs):.1f}"
    longest = f"{max(maxs):.1f}" if seen else ""
    print(f"| {fault} | {FAULTS[fault][2]} | {span(low, high) if high else 'none'} | "
          f"{measured if seen else 'none'} | {longest} | {within} of {len(outages)} |", flush=True)


write_site()
print("| fault | seen in | predicted ms | measured ms, median bounds | longest | within |")
print("|---|---|---|---|---|---|")
for each in ASKED:
    show(each)
