# SPDX-License-Identifier: Apache-2.0
# The rest of the drift matrix: what takes more than one write to cause, or has the hosts in it. Each
# hint's command is taken from the finding and run as it stands.

load lib

SUBNET=CN=192.168.11.0,$SERVICE
POOL='192.168.11.100 192.168.11.199' # as the lab has it
FORWARDER=192.168.11.31              # app1, while it plays a name server

setup() {
	fresh
}

teardown() {
	local n
	case $BATS_TEST_DESCRIPTION in
	*pool*) range "$POOL" ;;
	*reverse*) drop_zones ;;
	*'name server'*) on app1 sh -c 'kill $(cat /tmp/halb-e2e.pid); rm /tmp/halb-e2e.pid' || true ;;
	*'two hosts'*) on lb2 ip addr del "$VIP/32" dev eth0 2> /dev/null || true ;;
	*'two DCs'*) inbound - ;;
	*unwell*) for n in 1 2 3; do livez app$n 200; done ;;
	esac
	healed
}

check() {
	halb check -f $SITE --format json "$@"
}

register() {
	halb register $PIN -f $SITE --wait 60s -q "$@"
}

# found: of $output, the findings, "CODE SEVERITY OBJECT" a line, sorted
found() {
	json '.findings[] | "\(.code) \(.severity) \(.object)"' | sort
}

# hint CODE [REGEX]: of the first finding of that code the hint, or what in it is `it`
hint() {
	json "[.findings[] | select(.code == \"$1\") | .hint][0] | capture(\"${2:-(?<it>.*)}\").it"
}

# ---- the directory ----

@test "a zone in two partitions is ambiguous until the one that the hint names is gone" {
	site '/^stack:/,$d' '/^    probes:/,$d' 's/k8s1\.lime\.lan/k8s1.twin.lime.lan/' \
		's/kube\.lime\.lan/kube.twin.lime.lan/'
	adm "samba-tool dns zonecreate dc1.lime.lan twin.lime.lan $ADMIN > /dev/null"
	register
	ad dc1 forestzone twin.lime.lan
	run -2 check $PIN
	equal "$(found | grep ^zone)" \
		$'zone-ambiguous critical k8s1.twin.lime.lan\nzone-ambiguous critical kube.twin.lime.lan'
	other=$(hint zone-ambiguous '\\(it is at (?<it>.*)\\)$')
	adm "ldbdel -r -H ldap://dc1.lime.lan $ADMIN '$other' > /dev/null"
	register
	run -0 check $PIN
}

# range FIRST-LAST: what DHCP hands out, by the administrator's own tool
range() {
	adm "ldbmodify -H ldap://dc1.lime.lan $ADMIN > /dev/null" <<-END
		dn: $SUBNET
		changetype: modify
		replace: dhcpRange
		dhcpRange: $1
	END
}

@test "a pool that was made wider and has the vIP in it, until it is shortened" {
	site 's/ttl: 900/ttl: 901/'
	register
	range '192.168.11.10 192.168.11.199'
	run -2 check $PIN
	equal "$(found)" "address-in-pool critical $VIP"
	equal "$(hint address-in-pool 'DHCP hands out 192.168.11.10 to 192.168.11.199 \\((?<it>.*)\\)')" "$SUBNET"
	range "$POOL"
	run -0 check $PIN
}

@test "another reservation that has the address is taken over by register --replace" {
	site 's/ttl: 900/ttl: 901/'
	register
	adm "ldbdel -H ldap://dc1.lime.lan $ADMIN CN=k8s1,$SERVICE > /dev/null
		ldbadd -H ldap://dc1.lime.lan $ADMIN > /dev/null" <<-END
		dn: CN=printer,$SERVICE
		objectClass: dhcpHost
		dhcpHWAddress: ethernet 02:00:00:00:01:77
		dhcpStatements: fixed-address $VIP
	END
	run -2 check $PIN
	equal "$(found)" 'reservation-differs critical printer'
	has "$(hint reservation-differs)" 'halb-dns register --replace puts it right'
	register --replace
	run -0 check $PIN
}

# inbound +|-: stops replication to both DCs, or lets it go on
inbound() {
	adm "for dc in dc1 dc2; do
		samba-tool drs options \$dc.lime.lan --dsa-option=$1DISABLE_INBOUND_REPL $ADMIN > /dev/null
	done"
}

@test "two DCs that were given the names at once: the hints' commands remove what is left of that" {
	local command dc
	site 's/ttl: 900/ttl: 901/'
	inbound +
	for dc in dc1 dc2; do
		halb register -f $SITE --no-verify --server $dc.lime.lan
	done
	inbound -
	replicated
	run -2 check
	equal "$(found | sed 's/CN=.*//')" \
		$'record-duplicate critical k8s1.lime.lan\nrecord-duplicate critical kube.lime.lan\nreservation-duplicate critical \ntarget-dangling critical kube.lime.lan'
	while read -r command; do
		adm "export KRB5CCNAME=$TMP/cc; echo Passw0rd.lime | kinit Administrator > /dev/null
			$command" < /dev/null
	done <<< "$(json '.findings[] | select(.code | endswith("duplicate")) | .hint | capture("(?<it>ldapdelete .*)").it')"
	replicated
	run -0 check
}

# ---- DNS ----

# The lab's DNS servers answer for a zone that is gone until they start anew, hence a network that
# nobody has.
@test "in a reverse zone, a PTR that is gone and one that leads elsewhere are made right by register" {
	local edits=('/^stack:/,$d' '/^    probes:/,$d' 's/backend: ad/backend: none/' 's/vip: .*/vip: 10.77.0.11/')
	local ptr=11.0.77.10.in-addr.arpa
	adm "samba-tool dns zonecreate dc1.lime.lan $REVERSE $ADMIN > /dev/null"
	site "${edits[@]}"
	register
	adm "samba-tool dns delete dc1.lime.lan $REVERSE 11.0 PTR k8s1.lime.lan $ADMIN > /dev/null"
	run -1 check $PIN
	equal "$(found)" "ptr-missing warning $ptr"
	site "${edits[@]}" 's/ptr: auto/ptr: yes/'
	run -2 check $PIN
	equal "$(found)" "ptr-missing critical $ptr"
	equal "$(hint ptr-missing)" 'halb-dns register makes it again'
	register
	run -0 check $PIN
	adm "samba-tool dns update dc1.lime.lan $REVERSE 11.0 PTR k8s1.lime.lan dc1.lime.lan $ADMIN > /dev/null"
	run -2 check $PIN
	equal "$(found)" "ptr-differs critical $ptr"
	equal "$(hint ptr-differs)" 'halb-dns register puts it right'
	register
	run -0 check $PIN
}

# A name server that asks dc1 and says that it has no authority.
forwarder() {
	on app1 sh -c 'cat > /tmp/halb-e2e.py; python3 /tmp/halb-e2e.py > /dev/null 2>&1 < /dev/null &
		echo $! > /tmp/halb-e2e.pid' <<-'END'
		import socket
		here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		here.bind(("192.168.11.31", 53))
		while True:
		    question, client = here.recvfrom(4096)
		    there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    there.settimeout(2)
		    try:
		        there.sendto(question, ("192.168.11.2", 53))
		        answer = bytearray(there.recv(4096))
		    except OSError:
		        continue
		    answer[2] &= ~0x04
		    here.sendto(answer, client)
	END
}

forwards() {
	adm "dig +short +time=1 +tries=1 @$FORWARDER k8s1.lime.lan | grep -q ."
}

@test "a name server among the DCs that only forwards has no authority, and is left out" {
	site 's/ttl: 900/ttl: 901/'
	register
	forwarder
	wait_for 5 forwards
	run -3 check $PIN --server $FORWARDER # nor is it a DC
	json '[.findings[] | select(.code == "dns-not-authoritative") | [.severity, .object, .server]] | sort' \
		"[[\"warning\",\"k8s1.lime.lan\",\"$FORWARDER\"],[\"warning\",\"kube.lime.lan\",\"$FORWARDER\"]]"
	has "$(hint dns-not-authoritative)" 'is it a DNS server of lime.lan?'
	run -0 check $PIN
}

# ---- the hosts ----

@test "a vIP on two hosts is a split brain, which the hint's command ends" {
	site 's/ttl: 900/ttl: 901/'
	register
	on lb2 ip addr add "$VIP/32" dev eth0
	run -2 check $PIN
	has "$(found)" "split-brain critical $VIP" # and clients may meet either
	on lb2 sh -c "$(hint split-brain '(?<it>ip addr flush to [0-9.]*)')"
	wait_for 10 check $PIN -q
}

@test "a port that a firewall drops is vip-timeout, and nobody listening is vip-refused" {
	site 's/ttl: 900/ttl: 901/'
	register
	for lb in lb1 lb2 lb3; do fault drop-port $lb; done
	run -2 check $PIN --timeout 5s
	json '[.findings[] | select(.code == "vip-timeout") | [.severity, .object]]' "[[\"critical\",\"$VIP:6443\"]]"
	has "$(hint vip-timeout)" "grep $VIP"
	healed
	run -0 check $PIN
	site 's/ttl: 900/ttl: 901/' 's/- port: 6443/- port: 6444/'
	run -2 check $PIN
	json '[.findings[] | select(.code == "vip-refused") | [.severity, .object]]' "[[\"critical\",\"$VIP:6444\"]]"
	has "$(hint vip-refused)" 'systemctl status haproxy'
}

# livez HOST STATUS: what its health pages say from now on
livez() {
	on $1 sh -c "sed -i -E 's/return (200|503)/return $2/' /etc/halb-lab/nginx.conf && nginx -s reload 2> /dev/null \
		-c /etc/halb-lab/nginx.conf || true"
}

# says STATUS: each server's /livez
says() {
	[ "$(adm "curl -ks --max-time 2 -o /dev/null -w '%{http_code} ' https://192.168.11.3[1-3]:6443/livez")" \
		= "$1 $1 $1 " ]
}

@test "servers that are unwell are http-failed, those that are dead tls-failed: HAProxy still accepts" {
	local n command
	site 's/ttl: 900/ttl: 901/'
	register
	for n in 1 2 3; do
		livez app$n 503
	done
	wait_for 10 says 503
	run -2 check $PIN
	has "$(found)" "http-failed critical $VIP:6443"
	json '.vips[0].tcp.ok' true
	command=$(hint http-failed '(?<it>curl .*)')
	has "$(adm "$command -k -s -o /dev/null -w '%{http_code}'")" 503
	for n in 1 2 3; do livez app$n 200; done
	wait_for 10 says 200
	has "$(adm "$command -k -s -o /dev/null -w '%{http_code}'")" 200
	wait_for 30 check $PIN -q
	for n in 1 2 3; do fault kill-app app$n; done
	run -2 check $PIN
	has "$(found)" "tls-failed critical $VIP:6443"
	json '.vips[0].tcp.ok' true
	command=$(hint tls-failed '(?<it>openssl .*)')
	run ! adm "$command < /dev/null"
	healed
	wait_for 30 adm "$command < /dev/null > /dev/null 2>&1"
	wait_for 30 check $PIN -q
}
