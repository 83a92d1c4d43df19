# SPDX-License-Identifier: Apache-2.0
"""What the kernel says of the lab while it happens, with its own times: the truth that a watch is
measured by. Runs on the machine itself, beside the lab, as root.

All times are CLOCK_REALTIME in seconds, which is one for all containers.
"""
import contextlib
import ctypes
import os
import select
import socket
import struct
import threading
import time

NETNS = "/run/netns/halb-"
VIP = "192.168.11.11"

CLONE_NEWNET = 0x40000000
SO_TIMESTAMPNS = 35
ETH_P_ARP = 0x0806
NETLINK_CONNECTOR, NETLINK_NETFILTER = 11, 12
RTMGRP_LINK, RTMGRP_IPV4_IFADDR = 0x1, 0x10
RTM_NEWLINK, RTM_NEWADDR, RTM_DELADDR = 16, 20, 21
NFTABLES_GROUP = 1 << 6
NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM, NFT_MSG_NEWGEN = 10 << 8 | 12, 10 << 8 | 14, 10 << 8 | 15
IFF_UP = 0x1
IFLA_IFNAME, IFA_LOCAL = 3, 2
PROC_EVENT_EXIT = 0x80000000

_libc = ctypes.CDLL(None, use_errno=True)


def in_namespace(host, make):
    """make()'s value, called in the network namespace of a host: a socket stays where it was made."""
    result = []

    def run():
        with open(f"{NETNS}{host}", "rb") as namespace:
            if _libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                result.append(OSError(ctypes.get_errno(), f"setns to {host}"))
                return
        try:
            result.append(make())
        except OSError as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(result[0], OSError):
        raise result[0]
    return result[0]


def mac_of(host):
    """The MAC of a host's eth0."""
    def read():
        # A socket's ioctl, for /sys shows the namespace of whoever mounted it. SIOCGIFHWADDR.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            reply = bytearray(struct.pack("16s24x", b"eth0"))
            if _libc.ioctl(probe.fileno(), 0x8927, (ctypes.c_char * 40).from_buffer(reply)) != 0:
                raise OSError(ctypes.get_errno(), "SIOCGIFHWADDR")
            return bytes(reply[18:24])
    return in_namespace(host, read)


def process_of(name):
    """The id of the one process of that name; the lab gives each host's haproxy its own."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/comm", encoding="ascii") as comm:
            if comm.read().strip() == name:
                return int(pid)
    raise LookupError(f"no process {name}")


def attributes(data):
    """Netlink attributes: {type: payload}."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3fff] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def attribute(kind, payload, nested=False):
    data = struct.pack("=HH", 4 + len(payload), kind | (0x8000 if nested else 0)) + payload
    return data + bytes(-len(data) % 4)


def messages(data):
    """Netlink messages: (type, payload)."""
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        if length < 16:
            break
        yield kind, data[16:length]
        data = data[(length + 3) & ~3:]


def message(kind, flags, payload):
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, 0, 0) + payload


class Gate:
    """A DROP rule on a host that one netlink message closes, and another one opens: what is sent to
    the vIP is dropped in between."""

    TABLE, SET = b"halb_gate\0", b"closed\0"
    RULES = f"""\
table inet halb_gate
delete table inet halb_gate
table inet halb_gate {{
	set closed {{ type ipv4_addr; }}
	chain in {{
		type filter hook input priority -10
		iifname eth0 ip daddr @closed drop
	}}
}}
"""
    NO_RULES = "delete table inet halb_gate\n"
    BEGIN, END = 0x10, 0x11

    def __init__(self, host):
        self.socket = in_namespace(host, lambda: socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER))
        self.socket.bind((0, 0))
        self.socket.settimeout(5)
        element = attribute(1, attribute(1, socket.inet_aton(VIP)), nested=True)
        self.element = (struct.pack("=BBH", 1, 0, 0) + attribute(1, self.TABLE)  # NFPROTO_INET
                        + attribute(2, self.SET)
                        + attribute(3, attribute(1, element, nested=True), nested=True))

    def _commit(self, kind):
        """Sends one batch; when it was asked for and when the kernel said that it was done."""
        edge = struct.pack("=BB", 0, 0) + struct.pack(">H", 10)  # NFNL_SUBSYS_NFTABLES
        batch = (message(self.BEGIN, 0x1, edge)
                 + message(kind, 0x1 | 0x4 | (0x400 if kind == NFT_MSG_NEWSETELEM else 0), self.element)
                 + message(self.END, 0x1, edge))
        before = time.time()
        self.socket.send(batch)
        after = time.time()
        error = struct.unpack_from("=i", self.socket.recv(4096), 16)[0]
        if error:
            raise OSError(-error, os.strerror(-error))
        return before, after

    def close(self):
        return self._commit(NFT_MSG_NEWSETELEM)

    def open(self):
        return self._commit(NFT_MSG_DELSETELEM)


class Recorder(threading.Thread):
    """Keeps what the kernel tells: a list of (time, what, host), in order, under these names:
    "arp" (a host said to all that the vIP is its own: the packet's time stamp by the client's
    kernel), "address" and "no-address" (a host got or lost the vIP), "rules" (its packet filter
    changed), "cut" (its link went down), "exit" (a process, by its id; the kernel's own time)."""

    def __init__(self, client, hosts, backbone):
        super().__init__(daemon=True)
        self.events = []
        self.names = {}
        self.hosts = {mac_of(host): host for host in hosts}
        self.sockets = {self._arp(client): self._take_arp, self._exits(): self._take_exit}
        for host in hosts:
            self.sockets[self._netlink(host, socket.NETLINK_ROUTE, RTMGRP_IPV4_IFADDR)] = \
                lambda data, _, host=host: self._take_address(data, host)
            self.sockets[self._netlink(host, NETLINK_NETFILTER, NFTABLES_GROUP)] = \
                lambda data, _, host=host: self._take_rules(data, host)
        self.sockets[self._netlink(backbone, socket.NETLINK_ROUTE, RTMGRP_LINK)] = self._take_link

    @staticmethod
    def _arp(client):
        def make():
            arp = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
            arp.bind(("eth0", ETH_P_ARP))
            arp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            return arp
        return in_namespace(client, make)

    @staticmethod
    def _netlink(host, family, groups):
        def make():
            netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family)
            netlink.bind((0, groups))
            return netlink
        return in_namespace(host, make)

    @staticmethod
    def _exits():
        connector = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_CONNECTOR)
        connector.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE
        connector.bind((0, 1))  # CN_IDX_PROC
        listen = struct.pack("=IIIIHHI", 1, 1, 0, 0, 4, 0, 1)  # PROC_CN_MCAST_LISTEN
        connector.send(message(3, 0, listen))
        return connector

    def _add(self, at, what, host):
        self.events.append((at, what, host))

    def _take_arp(self, data, ancillary):
        sender, address, target = data[22:28], data[28:32], data[38:42]
        if address != socket.inet_aton(VIP) or target != address or sender not in self.hosts:
            return
        seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2])
        self._add(seconds + nanoseconds / 1e9, "arp", self.hosts[sender])

    def _take_exit(self, data, _):
        now, monotonic = time.time(), time.monotonic()
        for _, payload in messages(data):
            what, _, stamp, pid, thread_group = struct.unpack_from("=IIQII", payload, 20)
            if what == PROC_EVENT_EXIT and pid == thread_group:
                self._add(now - (monotonic - stamp / 1e9), "exit", self.names.pop(pid, pid))

    def _take_address(self, data, host):
        now = time.time()
        for kind, payload in messages(data):
            local = attributes(payload[8:]).get(IFA_LOCAL)
            if local == socket.inet_aton(VIP) and kind in (RTM_NEWADDR, RTM_DELADDR):
                self._add(now, "address" if kind == RTM_NEWADDR else "no-address", host)

    def _take_rules(self, data, host):
        now = time.time()
        if any(kind == NFT_MSG_NEWGEN for kind, _ in messages(data)):
            self._add(now, "rules", host)

    def _take_link(self, data, _):
        now = time.time()
        for kind, payload in messages(data):
            name = attributes(payload[16:]).get(IFLA_IFNAME, b"").rstrip(b"\0").decode()
            flags = struct.unpack_from("=I", payload, 8)[0]
            if kind == RTM_NEWLINK and name in self.hosts.values() and not flags & IFF_UP:
                self._add(now, "cut", name)

    def run(self):
        os.sched_setscheduler(threading.get_native_id(), os.SCHED_FIFO, os.sched_param(20))
        poll = select.poll()
        by_fd = {}
        for each in self.sockets:
            by_fd[each.fileno()] = each
            poll.register(each, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                with contextlib.suppress(OSError):  # what did not fit is lost, and no more
                    data, ancillary, _, _ = by_fd[fd].recvmsg(65536, 256)
                    self.sockets[by_fd[fd]](data, ancillary)

    def name(self, pid, name):
        """The end of that process will be told by this name."""
        self.names[pid] = name

    def since(self, start, what):
        """The times and hosts of what was told from `start` on, in order."""
        return sorted((at, who) for at, name, who in list(self.events)
                      if at >= start and name == what)

    def first(self, start, what, matches):
        """When it was first told of a host that matches, from `start` on; None: never."""
        return next((at for at, who in self.since(start, what) if matches(who)), None)
