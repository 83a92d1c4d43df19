# shellcheck shell=bash
# `status`: what is up, what is broken on purpose, who holds the vIP.

cmd_status() {
	local host
	need_root
	for host in "${HOSTS[@]}"; do
		printf '%-5s %-14s %s\n' "$host" "$(host_address "$host")" "$(host_state "$host")"
	done
}

host_state() {
	local faults
	if ! container_init "$1" >/dev/null; then
		echo down
		return
	fi
	faults=$(faults_of "$1")
	echo "up$(host_ready "$1" || echo ", not ready")$(holds_vip "$1" && echo ", holds $VIP")${faults:+, faults: $faults}"
}

holds_vip() {
	[[ $1 == lb* ]] && ip -n "halb-$1" -o address show dev eth0 2>/dev/null | grep -q " $VIP/"
}
