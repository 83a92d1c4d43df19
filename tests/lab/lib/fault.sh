# shellcheck shell=bash
# `fault` and `heal`. Every fault leaves a mark in $RUN/faults, for `status`; `heal` goes by what
# it finds, not by the marks. Only processes that the lab started get signals, by their ids.

declare -A FAULT_ROLES=(
	[kill-haproxy]=lb [freeze-haproxy]=lb [kill-keepalived]=lb [stop-keepalived]=lb
	[kill-app]=app [stop-dc]=dc [freeze-dc]=dc [cut-host]=any [drop-port]=any
)

cmd_fault() {
	local name=${1-} host=${2-} role
	(($# == 2)) || usage_error "fault needs a name and a host"
	role=${FAULT_ROLES[$name]-}
	[[ -n $role ]] || usage_error "no fault named $name; see $LAB --help"
	need_host "$host"
	[[ $role == any || $role == "$(host_role "$host")" ]] || usage_error "$name does not fit $host"
	need_root
	container_init "$host" >/dev/null || die "$host is not up"
	"fault_${name//-/_}" "$host" || die "$name on $host failed"
	mkdir -p "$RUN/faults/$host"
	: >"$RUN/faults/$host/$name"
	say "lab: $name on $host"
}

faults_of() {
	[[ ! -d $RUN/faults/$1 ]] || find "$RUN/faults/$1" -type f -printf '%f ' | sed 's/ $//'
}

# daemon_signal HOST NAME SIGNAL: to a daemon and what it started, which share a process group
daemon_signal() {
	local group
	group=$(cat "$RUN/state/$1/$2.pid" 2>/dev/null) || return 1
	# shellcheck disable=SC2016 # for the inner bash, whose builtin knows groups as procps does not
	in_host "$1" bash -c 'kill -s "$1" -- "-$2"' kill "$3" "$group" 2>/dev/null
}

daemon_alive() {
	daemon_signal "$1" "$2" 0
}

# daemon_gone HOST NAME: for good, so that its id is not used again when another process has it
daemon_gone() {
	rm -f "$RUN/state/$1/$2.pid"
}

fault_kill_haproxy() {
	daemon_signal "$1" haproxy KILL && daemon_gone "$1" haproxy
}

fault_freeze_haproxy() {
	daemon_signal "$1" haproxy STOP
}

# The parent starts its VRRP process anew when that dies, and takes it along in good order when
# it dies itself; a crash of both is what leaves the vIP behind.
fault_kill_keepalived() {
	local parent children
	parent=$(keepalived_pid "$1") || return 1
	read -r -a children <"/proc/$parent/task/$parent/children" || true
	kill -STOP "$parent"
	kill -KILL "${children[@]}" "$parent"
}

fault_stop_keepalived() {
	local parent
	parent=$(keepalived_pid "$1") || return 1
	kill -TERM "$parent"
	wait_for 15 "keepalived on $1 to end" keepalived_stopped "$1"
}

keepalived_stopped() {
	! keepalived_running "$1"
}

fault_cut_host() {
	ip -n halb-net link set "$1" down
}

fault_drop_port() {
	in_host "$1" nft -f - <<-END
		table inet halb_fault
		delete table inet halb_fault
		table inet halb_fault {
			chain in {
				type filter hook input priority -10
				tcp dport 6443 drop
			}
		}
	END
}

fault_kill_app() {
	daemon_signal "$1" app KILL && daemon_gone "$1" app
}

fault_stop_dc() {
	in_host "$1" /lab/daemon-stop samba && daemon_gone "$1" samba
}

# The kernel takes connections and packets for it.
fault_freeze_dc() {
	daemon_signal "$1" samba STOP
}

cmd_heal() {
	local host up=() broken
	need_root
	take_lock
	podman_prepare
	for host in "${HOSTS[@]}"; do
		container_init "$host" >/dev/null && up+=("$host")
	done
	((${#up[@]})) || die "nothing is up"
	broken=$(find "$RUN/faults" -mindepth 1 -maxdepth 1 -printf '%f ' 2>/dev/null || true)
	for host in "${up[@]}"; do
		heal_host "$host"
	done
	for host in "${up[@]}"; do
		heal_wait "$host" "$broken"
	done
	rm -rf "$RUN/faults"
	say "lab: healed"
}

heal_host() {
	local host=$1
	ip -n halb-net link set "$host" up
	in_host "$host" nft delete table inet halb_fault 2>/dev/null || true
	case $host in
	dc*)
		daemon_signal "$host" samba CONT || true
		heal_daemon "$host" samba
		;;
	dhcp) heal_daemon "$host" dhcpd ;;
	app*) heal_daemon "$host" app ;;
	lb*)
		daemon_signal "$host" haproxy CONT || true
		heal_daemon "$host" haproxy
		heal_keepalived "$host"
		;;
	esac
}

heal_daemon() {
	daemon_alive "$1" "$2" || in_host "$1" /lab/daemon "$2"
}

# A keepalived that was killed left the vIP on its host.
heal_keepalived() {
	keepalived_running "$1" && return
	ip -n "halb-$1" address delete "$VIP/24" dev eth0 2>/dev/null || true
	keepalived_start "$1"
}

# heal_wait HOST BROKEN: BROKEN names the hosts that had a fault
heal_wait() {
	local host=$1 broken=" $2"
	case $host in
	dc*) [[ $broken != *" dc"* ]] || heal_wait_dc "$host" ;;
	dhcp) [[ $broken != *" d"* ]] || up_check_dhcp ;;
	app*) up_check_app "$host" ;;
	lb*)
		up_check_lb "$host"
		await "$host" "all application servers up in haproxy" 60 haproxy_sees_all "$host"
		await "$host" "the vIP where it belongs" 30 vip_settled
		;;
	adm) up_check_adm ;;
	esac
}

# Replication that failed for a while would wait for its next turn. The first try may still go over a
# connection that the other side lost (WERR_NETNAME_DELETED).
heal_wait_dc() {
	up_check_ldap "$1"
	if [[ $1 != dc2 ]]; then return; fi
	await dc2 "replication with dc1" 60 as_admin dc2 /lab/dc/replicate again
}

haproxy_sees_all() {
	in_host "$1" sh -c 'echo show stat | socat - UNIX-CONNECT:/run/haproxy/admin.sock' |
		awk -F, '$1 == "control-plane" && $2 ~ /^app/ { n++; if ($18 ~ /^UP/ && $37 ~ /L7OK|INI/) up++ }
			END { exit !(n > 0 && n == up) }'
}

# vip_settled: is the vIP on the first running load balancer, and nowhere else?
vip_settled() {
	local host first=
	for host in lb1 lb2 lb3; do
		container_init "$host" >/dev/null || continue
		if [[ -z $first ]]; then
			first=$host
			holds_vip "$host" || return 1
		elif holds_vip "$host"; then
			return 1
		fi
	done
}
