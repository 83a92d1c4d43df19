# shellcheck shell=bash
# `lease`: a real DHCP client, in a namespace that lives only for the question.

cmd_lease() {
	local mac=${1-} address
	(($# == 1)) || usage_error "lease needs a MAC"
	[[ ${mac,,} =~ ^([0-9a-f]{2}:){5}[0-9a-f]{2}$ ]] || usage_error "not a MAC: $mac"
	need_root
	container_init dhcp >/dev/null || die "dhcp is not up (try: $LAB up dhcp)"
	address=$(lease_of "$mac") || die "no lease for $mac"
	echo "$address"
}

# lease_of MAC: prints the address leased, or on failure the client's log on stderr
lease_of() (
	local pid name=lease-$BASHPID
	pid=$(container_init dhcp) || return 1
	# shellcheck disable=SC2064 # now: the name is final
	trap "ip netns delete halb-$name" EXIT
	net_namespace "$name"
	net_plug "$name" "$1"
	nsenter --target "$pid" --mount --pid --root --wd=/proc/"$pid"/root "--net=/run/netns/halb-$name" \
		/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin /lab/dhcp/client eth0 9>&-
)
