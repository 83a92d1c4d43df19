# shellcheck shell=bash
# The network: a bridge in a namespace of its own, and a veth pair from it into each host's. No
# lab address, and no interface of the lab, is ever in the machine's own namespace.

net_exists() {
	[[ -e /run/netns/halb-$1 ]]
}

# net_namespace NAME: an empty namespace halb-NAME with its loopback up and no IPv6
net_namespace() {
	net_exists "$1" && return
	ip netns add "halb-$1"
	ip netns exec "halb-$1" sh -c 'for f in all default; do
		f=/proc/sys/net/ipv6/conf/$f/disable_ipv6
		[ ! -w "$f" ] || echo 1 >"$f"
	done'
	ip -n "halb-$1" link set lo up
}

net_bridge() {
	net_exists net && return
	net_namespace net
	ip -n halb-net link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	ip -n halb-net link set br0 up
}

# net_plug NAME MAC: eth0 in halb-NAME, plugged into the bridge
net_plug() {
	ip link add eth0 netns "halb-$1" address "$2" type veth peer name "$1" netns halb-net
	ip -n halb-net link set "$1" master br0 up
	ip -n "halb-$1" link set eth0 up
}

net_host() {
	net_exists "$1" && return
	net_namespace "$1"
	net_plug "$1" "$(host_mac "$1")"
	ip -n "halb-$1" address add "$(host_address "$1")/24" dev eth0
}

# net_remove_all: namespaces go, and with them the links inside
net_remove_all() {
	local ns
	for ns in /run/netns/halb-*; do
		[[ ! -e $ns ]] || ip netns delete "${ns##*/}"
	done
}
