# SPDX-License-Identifier: Apache-2.0
"""Runs halb-dns and the tools that people use instead at once, all looking at the lab's vIP, until
standard input ends; then prints as JSON when each had a good answer, and what it cost.

Runs on the lab's adm host: tools.py DIR HALB.... In DIR are site.yaml and room for what they print;
HALB is halb-dns and what shall stand in front of it.
"""
import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.request

DIR, *HALB = sys.argv[1:]
VIP, PORT = "192.168.11.11", 6443
CURL_LOOP = f"""
while :; do
	if curl -sk -o /dev/null --max-time 1 https://{VIP}:{PORT}/livez; then
		echo good "$EPOCHREALTIME"
	fi
done
"""


class Tool:
    """One that runs, with what it prints in a file. `period`: s between two probes."""

    END = signal.SIGTERM

    def __init__(self, name, period, command):
        self.name, self.period, self.path = name, period, f"{DIR}/{name}.out"
        with open(self.path, "wb") as out:
            self.started = time.time()
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        self.whole = self.private = 0

    def look(self):
        """Its peak memory (KiB), and what of it is its own."""
        with contextlib.suppress(OSError), \
                open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as rollup:
            sizes = [line.split() for line in rollup if "kB" in line]
            self.private = max(self.private, sum(int(s[1]) for s in sizes
                                                 if s[0].startswith("Private_")))
            self.whole = max(self.whole, sum(int(s[1]) for s in sizes if s[0] == "Rss:"))

    def end(self):
        self.look()
        self.process.send_signal(self.END)
        deadline = time.monotonic() + 5
        done = 0
        while not done and time.monotonic() < deadline:
            done, _, usage = os.wait4(self.process.pid, os.WNOHANG)
            time.sleep(0.05)
        if not done:
            self.process.kill()
            _, _, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        with open(self.path, encoding="utf-8", errors="replace") as out:
            self.text = out.read()
        return {"period": self.period, "cpu": (usage.ru_utime + usage.ru_stime),
                "wall": time.time() - self.started, "rss": self.whole / 1024,
                "private": self.private / 1024, "good": self.good()}

    def good(self):
        """When it had good answers; those that tell the time themselves."""
        return [float(at) for at in re.findall(r"^good ([\d.]+)", self.text, re.M)]


class Fping(Tool):
    END = signal.SIGINT  # at which it writes what it has buffered

    def good(self):
        return [float(at) for at in re.findall(r"^\[([\d.]+)\] \S+ : \[\d+\], \d+ bytes", self.text,
                                               re.M)]


class Nping(Tool):
    END = signal.SIGINT

    def good(self):
        return [self.started + float(at) for at in
                re.findall(r"^RCVD \(([\d.]+)s\) TCP .* SA ttl", self.text, re.M)]


class Blackbox(Tool):
    """The exporter, scraped every second as Prometheus would."""

    def __init__(self, name, period, command):
        super().__init__(name, period, command)
        self.seen, self.over = [], threading.Event()
        self.scraper = threading.Thread(target=self.scrape)
        self.scraper.start()

    def scrape(self):
        url = f"http://127.0.0.1:9115/probe?target={VIP}:{PORT}&module=tcp_connect"
        request = urllib.request.Request(url, headers={"X-Prometheus-Scrape-Timeout-Seconds": "1"})
        due = time.monotonic() + 1
        while not self.over.wait(max(0, due - time.monotonic())):
            due += 1
            at = time.time()
            try:
                with urllib.request.urlopen(request, timeout=2) as reply:
                    if b"\nprobe_success 1" in reply.read():
                        self.seen.append(at)
            except OSError:
                pass

    def good(self):
        self.over.set()
        self.scraper.join()
        return self.seen


class Halb(Tool):
    def good(self):
        return []  # it tells of outages itself


def main():
    halb = [*HALB, "watch", "-f", f"{DIR}/site.yaml", "--layer", "tcp", "--period", "1ms",
            "--events", f"{DIR}/halb.jsonl", "--format", "json"]
    tools = [
        Halb("halb-dns", 0.001, halb),
        Fping("fping", 0.01, ["fping", "-D", "-l", "-p", "10", "-t", "250", VIP]),
        # Not --tcp-connect: it keeps every connection until it ends, and fills the load balancer.
        Nping("nping", 0.01, ["nping", "--tcp", "--flags", "syn", "-p", str(PORT), "--rate", "100",
                              "-c", "1000000", VIP]),
        Tool("curl loop", 0, ["bash", "-c", CURL_LOOP]),
        Blackbox("blackbox_exporter", 1, ["prometheus-blackbox-exporter", "--config.file",
                                          "/etc/prometheus/blackbox.yml",
                                          "--web.listen-address", "127.0.0.1:9115"]),
    ]
    time.sleep(2)
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        for tool in tools:
            tool.look()
    told = {tool.name: tool.end() for tool in tools}
    with open(f"{DIR}/halb.jsonl", encoding="utf-8") as events:
        told["halb-dns"]["outages"] = [e for e in map(json.loads, events)
                                       if e["event"] == "outage-ends"]
    print(json.dumps(told))


main()
