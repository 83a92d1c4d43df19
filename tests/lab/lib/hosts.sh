# shellcheck shell=bash
# shellcheck disable=SC2034 # other parts use what is set here
# The hosts: who they are, what they need, how their containers are started.

HOSTS=(dc1 dc2 dhcp lb1 lb2 lb3 app1 app2 app3 adm)
NETWORK=192.168.11
VIP=$NETWORK.11

is_host() {
	[[ " ${HOSTS[*]} " == *" $1 "* ]]
}

need_host() {
	is_host "$1" || usage_error "no host named $1; the hosts are: ${HOSTS[*]}"
}

host_role() {
	echo "${1%%[0-9]*}"
}

host_octet() {
	case $1 in
	dc[12]) echo $((1 + ${1#dc})) ;;
	dhcp) echo 4 ;;
	lb[123]) echo $((11 + ${1#lb})) ;;
	app[123]) echo $((30 + ${1#app})) ;;
	adm) echo 50 ;;
	esac
}

host_address() {
	echo "$NETWORK.$(host_octet "$1")"
}

host_mac() {
	printf '02:00:c0:a8:0b:%02x\n' "$(host_octet "$1")"
}

# host_needs HOST: the hosts without which it makes no sense
host_needs() {
	case $1 in
	dc2 | dhcp) echo dc1 ;;
	adm) echo dc1 dc2 ;;
	lb*) echo app1 app2 app3 ;;
	esac
}

# hosts_wanted [HOST…]: those, and what they need, in the order of $HOSTS
hosts_wanted() {
	local host wanted="$*"
	for host in "$@"; do
		wanted+=" $(host_needs "$host")"
	done
	for host in "${HOSTS[@]}"; do
		if (($# == 0)) || [[ " $wanted " == *" $host "* ]]; then
			echo "$host"
		fi
	done
}

host_capabilities() {
	case $1 in
	dc*) echo SYS_ADMIN ;; # Samba's extended attributes
	dhcp) echo NET_RAW ;;
	lb*) echo NET_ADMIN,NET_RAW ;;
	app*) echo NET_RAW ;;
	adm) echo NET_ADMIN,NET_RAW,SYS_NICE,SYS_PTRACE ;;
	esac
}

host_ready() {
	[[ $(cat "$RUN/state/$1/state" 2>/dev/null) == ready ]] && container_init "$1" >/dev/null
}

host_failed() {
	[[ $(cat "$RUN/state/$1/state" 2>/dev/null) == failed ]] || ! container_init "$1" >/dev/null
}

host_start() {
	local host=$1
	pod rm --force --time 0 --ignore "halb-$host" >/dev/null
	rm -rf "$RUN/state/$host" "$RUN/pid/$host"
	mkdir -p "$RUN/state/$host" "$RUN/pid"
	net_host "$host"
	pod run --detach --name "halb-$host" --hostname "$host" --pull never \
		--network "ns:/run/netns/halb-$host" --no-hosts --cgroup-parent /halb-lab \
		--cap-add "$(host_capabilities "$host")" --pidfile "$RUN/pid/$host" \
		--volume "$RUN/hosts:/lab:ro" --volume "$RUN/share:/share" \
		--volume "$RUN/state/$host:/run/lab" \
		"$IMAGE" /lab/init "$host" "$(host_role "$host")" "$(host_address "$host")" >/dev/null
	[[ $host != lb* ]] || keepalived_start "$host"
}

# keepalived_start HOST: the load balancer's second container, see hosts/lb/keepalived
keepalived_start() {
	local host=$1
	pod rm --force --time 0 --ignore "halb-$host-keepalived" >/dev/null
	pod run --detach --name "halb-$host-keepalived" --hostname "$host" --pull never \
		--network host --pid host --no-hosts --cgroup-parent /halb-lab \
		--cap-add NET_ADMIN,NET_RAW,SYS_ADMIN,SYS_NICE,IPC_LOCK --pidfile "$RUN/pid/$host-keepalived" \
		--volume /run/netns:/run/netns:ro,rslave --volume "$RUN/hosts:/lab:ro" \
		--volume "$RUN/state/$host:/run/lab:ro" \
		"$IMAGE" /lab/lb/keepalived "$host" >/dev/null
}

# keepalived_pid HOST: of keepalived's first process
keepalived_pid() {
	local pid
	pid=$(cat "$RUN/pid/$1-keepalived" 2>/dev/null) || return 1
	[[ $(cat "/proc/$pid/comm" 2>/dev/null) == keepalived ]] || return 1
	echo "$pid"
}

keepalived_running() {
	keepalived_pid "$1" >/dev/null
}

# in_host HOST COMMAND…: for the lab's own looking and fixing; no terminal, no signals passed on
in_host() {
	local host=$1 pid
	shift
	pid=$(container_init "$host") || return 1
	(host_enter "$host" "$pid" "$@" 9>&-)
}

# host_enter HOST PID COMMAND…: turns this shell into a command among the host's processes
host_enter() {
	local host=$1 pid=$2
	shift 2
	exec nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd=/proc/"$pid"/root/root \
		/usr/bin/env -i --default-signal=INT,QUIT HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 \
		SHELL=/bin/bash TERM="${TERM:-dumb}" HOST="$host" ADDRESS="$(host_address "$host")" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
