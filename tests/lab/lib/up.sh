# shellcheck shell=bash
# `up`: starts the hosts in parallel and waits until each one answers.

# Samba 4.17 aborts at times while it takes in a schema, or has a joined DC fail its first
# consistency check, mostly on a busy machine: from nothing, it is tried three times.
cmd_up() {
	local host try
	for host in "$@"; do need_host "$host"; done
	need_root
	if [[ -n ${HALB_LAB_TRY-} ]] || ! up_from_nothing; then
		up_once "$@"
		return
	fi
	for try in 1 2 3; do
		HALB_LAB_TRY=$try "$DIR/lab" up "$@" && return
		((try < 3)) || break
		say "lab: that start failed; once more from nothing"
		"$DIR/lab" down
	done
	exit 1
}

up_from_nothing() {
	local host
	for host in "${HOSTS[@]}"; do
		! container_init "$host" >/dev/null || return 1
	done
}

up_once() {
	local host wanted=() fresh=() began
	need_tools podman runc ip nsenter flock
	take_lock
	trap 'say "lab: interrupted; \"$LAB down\" cleans up"; exit 130' INT TERM
	began=$(now_ms)
	podman_prepare
	image_build
	mapfile -t wanted < <(hosts_wanted "$@")
	for host in "${wanted[@]}"; do
		host_ready "$host" || fresh+=("$host")
	done
	if ((${#fresh[@]})); then
		say "lab: starting ${fresh[*]}"
		up_prepare
		up_start "${fresh[@]}"
	fi
	program_refresh
	serve_start
	up_wait "${wanted[@]}"
	say "lab: up after $((($(now_ms) - began + 500) / 1000)) s"
}

up_prepare() {
	mkdir -p "$RUN/share" "$RUN/hosts"
	cp -R "$DIR/hosts/." "$RUN/hosts/"
	net_bridge
	[[ -e $RUN/share/pki/ca.pem ]] ||
		pod run --rm --pull never --network none --cgroup-parent /halb-lab \
			--volume "$RUN/hosts:/lab:ro" --volume "$RUN/share:/share" \
			"$IMAGE" /lab/pki >"$RUN/pki.log" 2>&1 || {
		cat "$RUN/pki.log" >&2
		die "making the certificates failed"
	}
}

up_start() {
	local host jobs=() job
	for host in "$@"; do
		host_start "$host" &
		jobs+=($!)
	done
	for job in "${jobs[@]}"; do
		wait "$job" || die "starting a host failed"
	done
}

# up_wait HOST…: one line per host on stdout, as each is seen to work
up_wait() {
	local host faults works
	for host in "$@"; do
		await "$host" "its start script" 150 up_settled "$host"
		host_ready "$host" || {
			show_log "$host"
			die "$host failed to start"
		}
		faults=$(faults_of "$host")
		if [[ -z $faults ]]; then
			"up_check_$(host_role "$host")" "$host"
			works=$(host_works "$host")
		else
			works="broken on purpose ($faults): $LAB heal undoes it"
		fi
		printf '%-5s %-14s %s\n' "$host" "$(host_address "$host")" "$works"
	done
}

# await HOST WHAT SECONDS COMMAND…: or shows the host's log and ends
await() {
	local host=$1 what=$2 limit=$3
	shift 3
	"$@" >/dev/null 2>&1 && return
	say "lab: waiting for $host: $what"
	wait_for "$limit" "$host: $what" "$@" >"$RUN/wait.log" 2>&1 && return
	tail -n 5 "$RUN/wait.log" >&2
	show_log "$host"
	die "$host does not work: $what"
}

# up_settled HOST: has its start script ended, well or not?
up_settled() {
	host_ready "$1" || host_failed "$1"
}

# host_works HOST: what was seen to work, for the line that `up` prints
host_works() {
	case $1 in
	dc1) echo "LDAP with Kerberos, DNS" ;;
	dc2) echo "LDAP with Kerberos, DNS, replication from and to dc1" ;;
	dhcp) echo "gives leases" ;;
	lb*) echo "haproxy and keepalived, https://$VIP:6443 answers" ;;
	app*) echo "https on 6443" ;;
	adm)
		if in_host adm test -x /usr/sbin/halb-dns; then
			echo "login with the keytab, halb-dns"
		else
			echo "login with the keytab; no halb-dns, for this source tree has none"
		fi
		;;
	esac
}

up_check_ldap() {
	await "$1" "LDAP with Kerberos" 30 \
		as_admin "$1" ldapsearch -LLL -Q -Y GSSAPI -o nettimeout=2 -H "ldap://$1.lime.lan" \
		-s base -b "" dnsHostName >/dev/null
}

as_admin() {
	local host=$1
	shift
	in_host "$host" /lab/dc/as-admin "$@"
}

up_check_dc() {
	up_check_ldap "$1"
	await "$1" "DNS, with this server among the domain's" 60 dns_lists "$1" "$1"
	[[ $1 == dc2 ]] || return 0
	await dc2 "dc2 among the domain's servers in dc1's DNS" 60 dns_lists dc1 dc2
}

# dns_lists ASKED HOST: does ASKED's DNS know HOST as one of the domain's LDAP servers?
dns_lists() {
	in_host "$1" dig +short +time=1 +tries=1 "@$(host_address "$1")" _ldap._tcp.lime.lan SRV |
		grep -q " $2\.lime\.lan\.\$" || return 1
	[[ $(in_host "$1" dig +short +time=1 +tries=1 "@$(host_address "$1")" "$2.lime.lan") == \
		"$(host_address "$2")" ]]
}

up_check_dhcp() {
	await dhcp "a lease" 30 up_lease
}

up_check_app() {
	await "$1" "https on 6443" 30 \
		in_host "$1" curl -sf -o /dev/null --max-time 2 "https://$1.lime.lan:6443/readyz"
}

up_check_lb() {
	await "$1" "haproxy" 30 \
		in_host "$1" curl -sf -o /dev/null --max-time 2 http://127.0.0.1:8404/
	await "$1" "keepalived" 30 keepalived_running "$1"
	await "$1" "https://$VIP:6443 through haproxy" 30 \
		in_host app1 curl -sf -o /dev/null --max-time 2 \
		--resolve "kube.lime.lan:6443:$VIP" https://kube.lime.lan:6443/readyz
}

up_check_adm() {
	await adm "login with the keytab" 30 \
		in_host adm kinit -c MEMORY: -k -t /etc/halb-dns/halb-dns.keytab halb-dns@LIME.LAN
}

up_lease() {
	[[ $(lease_of 02:00:00:00:ff:fe 2>/dev/null) == $NETWORK.* ]]
}
