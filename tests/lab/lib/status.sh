# shellcheck shell=bash
# `status`: what is up, what is broken on purpose, who holds the vIP. `log`: what a host printed.

cmd_status() {
	local host
	need_root
	for host in "${HOSTS[@]}"; do
		printf '%-5s %-14s %s\n' "$host" "$(host_address "$host")" "$(host_state "$host")"
	done
}

host_state() {
	local state=up faults
	if ! container_init "$1" >/dev/null; then
		echo down
		return
	fi
	host_ready "$1" || state+=", not ready"
	! holds_vip "$1" || state+=", holds $VIP"
	faults=$(faults_of "$1")
	echo "$state${faults:+, faults: $faults}"
}

holds_vip() {
	[[ $1 == lb* ]] && ip -n "halb-$1" -o address show dev eth0 2>/dev/null | grep -q " $VIP/"
}

cmd_log() {
	local host=${1-}
	(($# == 1)) || usage_error "log needs a host"
	need_host "$host"
	need_root
	pod logs "halb-$host"
	[[ $host != lb* ]] || pod logs "halb-$host-keepalived"
}
