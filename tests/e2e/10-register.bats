# SPDX-License-Identifier: Apache-2.0
# plan, register, unregister: what they write, and what they leave alone.

load lib

setup() {
	fresh
}

MARK='halb-dns lime.lan/k8s1'

# Both DCs and the DHCP server know the seed.
registered() {
	run -0 halb register --wait 60s --format json
	json .applied 3
	replicated
}

# changed: what happened, from JSON: "ACTION TYPE NAME" a line
changed() {
	json '.changes[] | select(.action != "keep") | "\(.action) \(.type) \(.name)"'
}

# An address of the dynamic range, not merely none: dhcpd answers, and knows no reservation.
no_lease_of_the_vip() {
	[[ $(lease $MAC) =~ ^192\.168\.11\.1[0-9][0-9]$ ]]
}

@test "plan shows three additions and writes nothing" {
	before=$(dump)
	run -0 halb plan $PIN --format json
	equal "$(changed)" "add A k8s1.lime.lan
add CNAME kube.lime.lan
add DHCP k8s1"
	json .status ok
	json .command plan
	json .domain lime.lan
	json .applied 0
	[[ $(json .checksum) =~ ^[0-9a-f]{64}$ ]]
	[[ $(json .time) =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]]
	json '.changes[0] | [.zone, .before, .after, .ttl]' '["lime.lan",null,"192.168.11.11",900]'
	json '.changes[1] | [.zone, .before, .after, .ttl]' '["lime.lan",null,"k8s1.lime.lan",900]'
	json '.changes[0].dn' DC=k8s1,DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan
	json '.changes[2].dn' CN=k8s1,$SERVICE
	equal "$(dump)" "$before"
}

@test "plan gives the same checksum each time, and another for another plan" {
	run -0 halb plan $PIN --format json
	first=$(json .checksum)
	run -0 halb plan $PIN --format json
	json .checksum "$first"
	run -0 halb plan $PIN --format json --ttl 901
	[ "$(json .checksum)" != "$first" ]
}

@test "plan --detailed-exitcode tells changes, none, and errors apart" {
	run -2 halb plan $PIN --detailed-exitcode
	halb register $PIN --no-verify
	run -0 halb plan $PIN --detailed-exitcode
	run -1 halb plan --server 192.168.11.99 --detailed-exitcode
}

@test "register --dry-run writes nothing" {
	before=$(dump)
	run -0 halb register $PIN --dry-run --format json
	json '.changes | length' 3
	json .applied 0
	run -0 halb register $PIN --dry-run
	has "$output" 'nothing written'
	equal "$(dump)" "$before"
}

@test "register writes all, and sees both DCs, the names and the vIP answer" {
	run -0 --separate-stderr halb register --wait 60s --format json
	json .status ok
	json .exit 0
	json .applied 3
	json '[.servers[] | [.name, .address, .dns.reachable, .dns.authoritative, .dns.resolving]] | sort' \
		'[["dc1.lime.lan","192.168.11.2",true,true,true],["dc2.lime.lan","192.168.11.3",true,true,true]]'
	json '[.names[] | [.name, .chain, .addresses]]' '[["k8s1.lime.lan",["k8s1.lime.lan"],["192.168.11.11"]],["kube.lime.lan",["kube.lime.lan","k8s1.lime.lan"],["192.168.11.11"]]]'
	json '[.vips[] | [.address, .port, .tcp.ok, .tls.ok, .http.status]]' \
		'[["192.168.11.11",6443,true,true,200]]'
	json .findings '[]'
	equal "$stderr" ''
}

@test "register again writes nothing and says so" {
	registered
	before=$(dump dc1 && dump dc2)
	run -0 halb register
	has "$output" 'nothing to change'
	run -0 halb register --format json
	json .applied 0
	json '[.changes[].action] | unique' '["keep"]'
	equal "$(dump dc1 && dump dc2)" "$before"
}

@test "samba-tool at both DCs shows the static records with their TTL" {
	registered
	for dc in dc1 dc2; do
		has "$(query $dc k8s1 A)" 'A: 192.168.11.11 (flags=f0, serial='
		has "$(query $dc k8s1 A)" 'ttl=900)'
		has "$(query $dc k8s1 ALL)" 'Records=1,'
		has "$(query $dc kube CNAME)" 'CNAME: k8s1.lime.lan. (flags=f0, serial='
		has "$(query $dc kube ALL)" 'Records=1,'
	done
}

@test "Samba's decoder reads each field as it shall be" {
	serial=$(ad dc1 serial)
	halb register $PIN --no-verify
	fields='.records[] | [.type, .data, .rank, .timestamp, .ttl, .version, .flags, .serial] | tostring'
	equal "$(node dc1 k8s1 "$fields")" "[\"A\",\"192.168.11.11\",240,0,900,5,0,$((serial + 1))]"
	equal "$(node dc1 kube "$fields")" "[\"CNAME\",\"k8s1.lime.lan\",240,0,900,5,0,$((serial + 1))]"
	equal "$(ad dc1 serial)" "$serial"
}

@test "dig at both DCs gives the chain to the vIP" {
	registered
	for dc in dc1 dc2; do
		equal "$(answer $dc kube.lime.lan A)" "kube.lime.lan. 900 CNAME k8s1.lime.lan.
k8s1.lime.lan. 900 A 192.168.11.11"
		equal "$(answer $dc k8s1.lime.lan A)" 'k8s1.lime.lan. 900 A 192.168.11.11'
	done
}

@test "dhcpd gives the dummy MAC the vIP, and others an address of the range" {
	halb register $PIN --no-verify
	equal "$(lease $MAC)" $VIP
	[[ $(lease 02:00:00:00:0e:0e) =~ ^192\.168\.11\.1[0-9][0-9]$ ]]
}

@test "the reservation is a dhcpHost as dhcpd reads it" {
	halb register $PIN --no-verify
	equal "$(reserved | grep -c '^dn: ')" 1
	for line in "dn: CN=k8s1,$SERVICE" "dhcpHWAddress: ethernet $MAC" \
		"dhcpStatements: fixed-address $VIP" 'dhcpOption: host-name "k8s1"'; do
		reserved | grep -qxF "$line"
	done
}

@test "curl fetches through the alias" {
	registered
	run -0 adm "curl -sS --max-time 5 -w '%{http_code} %{remote_ip}' -o /dev/null \
		https://kube.lime.lan:6443/livez"
	equal "$output" "200 $VIP"
}

@test "the mark is on all three objects, and only there" {
	halb register $PIN --no-verify
	equal "$(node dc1 k8s1 .mark)" "$MARK"
	equal "$(node dc1 kube .mark)" "$MARK"
	reserved | grep -qxF "adminDescription: $MARK"
	equal "$(dump | grep -c "adminDescription .*$MARK")" 3
}

@test "register --expect another checksum writes nothing and ends with 75" {
	before=$(dump)
	run -75 --separate-stderr halb register $PIN --no-verify --expect "$(printf '0%.0s' {1..64})"
	says_error 'checksum'
	equal "$(dump)" "$before"
}

@test "register --expect the plan's checksum writes the plan" {
	run -0 halb plan $PIN --format json
	run -0 halb register $PIN --no-verify --format json --expect "$(json .checksum)"
	json .applied 3
}

@test "register --expect the checksum of what stood there before writes nothing" {
	run -0 halb plan $PIN --format json
	checksum=$(json .checksum)
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 A 192.168.11.77 $ADMIN"
	before=$(dump)
	run -75 halb register $PIN --no-verify --replace --expect "$checksum"
	equal "$(dump)" "$before"
}

@test "another TTL replaces the records in place, and other values stay" {
	halb register $PIN --no-verify
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 TXT hello $ADMIN"
	others=$(dump | values | grep -v '^DC=k\(8s1\|ube\),')
	site 's/ttl: 900/ttl: 60/'
	run -0 halb register $PIN --no-verify -f $SITE --format json
	equal "$(changed)" "replace A k8s1.lime.lan
replace CNAME kube.lime.lan"
	json '.changes[0] | [.before, .after, .ttl]' '["192.168.11.11","192.168.11.11",60]'
	equal "$(node dc1 k8s1 '.records[] | [.type, .ttl] | tostring' | sort)" '["A",60]
["TXT",900]'
	equal "$(node dc1 k8s1 .mark)" "$MARK"
	equal "$(dump | values | grep -v '^DC=k\(8s1\|ube\),')" "$others"
}

@test "another vIP changes the record and the reservation, and the lease with them" {
	halb register $PIN --no-verify
	site 's/vip: 192.168.11.11/vip: 192.168.11.20/'
	run -0 halb register $PIN --no-verify -f $SITE --format json
	equal "$(changed)" "replace A k8s1.lime.lan
replace DHCP k8s1"
	equal "$(answer dc1 kube.lime.lan A | tail -n 1)" 'k8s1.lime.lan. 900 A 192.168.11.20'
	equal "$(lease $MAC)" 192.168.11.20
}

@test "an alias that left the site file is entombed, and resurrected when it comes back" {
	halb register $PIN --no-verify
	site 's/aliases: \[kube.lime.lan\]/aliases: []/'
	run -0 halb register $PIN --no-verify -f $SITE --format json
	equal "$(changed)" 'delete CNAME kube.lime.lan'
	equal "$(node dc1 kube '[.tombstoned, .records[].type] | tostring')" '[true,"TOMBSTONE"]'
	equal "$(rcode dc1 kube.lime.lan A)" NXDOMAIN
	equal "$(rcode dc1 k8s1.lime.lan A)" NOERROR
	run -0 halb register $PIN --no-verify --format json
	equal "$(changed)" 'resurrect CNAME kube.lime.lan'
	equal "$(node dc1 kube '[.tombstoned, .mark, (.records[] | .type, .data)] | tostring')" \
		"[false,\"$MARK\",\"CNAME\",\"k8s1.lime.lan\"]"
	equal "$(answer dc1 kube.lime.lan CNAME)" 'kube.lime.lan. 900 CNAME k8s1.lime.lan.'
}

@test "unregister takes all three away, at both DCs and for dhcpd" {
	registered
	run -0 halb unregister --format json
	json .status ok
	json .applied 3
	equal "$(changed | cut -d ' ' -f 1,2 | sort)" "delete A
delete CNAME
delete DHCP"
	replicated
	for dc in dc1 dc2; do
		equal "$(rcode $dc k8s1.lime.lan A)" NXDOMAIN
		equal "$(rcode $dc kube.lime.lan A)" NXDOMAIN
	done
	equal "$(reserved | grep -c '^dn: ')" 0
	no_lease_of_the_vip
}

@test "unregister leaves tombstones that are dated now" {
	halb register $PIN --no-verify
	start=$(adm 'date +%s')
	halb unregister $PIN
	end=$(adm 'date +%s')
	for name in k8s1 kube; do
		equal "$(node dc1 $name '[.exists, .tombstoned, .mark, .records[].type] | tostring')" \
			'[true,true,null,"TOMBSTONE"]'
		at=$(($(node dc1 $name '.records[0].data') / 10000000 - 11644473600))
		[ $at -ge "$start" ]
		[ $at -le "$end" ]
	done
}

@test "unregister again has nothing to do and writes nothing" {
	halb register $PIN --no-verify
	halb unregister $PIN
	before=$(dump)
	run -0 halb unregister $PIN
	has "$output" 'nothing to change'
	equal "$(dump)" "$before"
}

@test "unregister --dry-run writes nothing" {
	halb register $PIN --no-verify
	before=$(dump)
	run -0 halb unregister $PIN --dry-run --format json
	json '.changes | length' 3
	json .applied 0
	equal "$(dump)" "$before"
}

@test "unregister leaves what does not carry its mark" {
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 A $VIP $ADMIN"
	before=$(dump)
	run -0 halb unregister $PIN
	has "$output" 'nothing to change'
	equal "$(dump)" "$before"
}

@test "register after unregister resurrects the records" {
	halb register $PIN --no-verify
	halb unregister $PIN
	run -0 halb register $PIN --format json
	equal "$(changed)" "resurrect A k8s1.lime.lan
resurrect CNAME kube.lime.lan
add DHCP k8s1"
	equal "$(node dc1 k8s1 '[.tombstoned, .mark, (.records[] | .type, .data)] | tostring')" \
		"[false,\"$MARK\",\"A\",\"$VIP\"]"
	equal "$(answer dc1 kube.lime.lan A | tail -n 1)" 'k8s1.lime.lan. 900 A 192.168.11.11'
}

@test "flags alone, without a site file, do the same job" {
	halb register $PIN --no-verify
	from_file=$(dump | values | grep '^\(DC=k\|CN=k\)')
	fresh
	adm "kinit -k -t /etc/halb-dns/halb-dns.keytab -c $TMP/ticket halb-dns@LIME.LAN"
	flags="--domain lime.lan --vip $VIP --mac $MAC --apex k8s1.lime.lan --alias kube.lime.lan
		--ttl 900 --port 6443 --dhcp-service $SERVICE --server dc1.lime.lan"
	# shellcheck disable=SC2086
	run -0 without_site_file register --format json $flags
	json .applied 3
	json '[.vips[] | [.port, .tcp.ok]]' '[[6443,true]]'
	equal "$(dump | values | grep '^\(DC=k\|CN=k\)')" "$from_file"
	# shellcheck disable=SC2086
	run -0 without_site_file unregister --format json $flags
	json .applied 3
}

# without_site_file ARG...: in a mount namespace of its own, where /etc/halb-dns is empty
without_site_file() {
	on adm env KRB5CCNAME=$TMP/ticket unshare --mount sh -c \
		'mount -t tmpfs none /etc/halb-dns && exec halb-dns "$@"' sh "$@"
}

@test "dhcp-backend none registers the names alone" {
	run -0 halb register $PIN --no-verify --dhcp-backend none --format json
	equal "$(changed)" "add A k8s1.lime.lan
add CNAME kube.lime.lan"
	equal "$(reserved | grep -c '^dn: ')" 0
}

@test "of two balancers, --balancer takes one" {
	site '/^balancers:/a\
  - {name: other, vip: 192.168.11.21, mac: "02:00:00:00:01:02", apex: k8s2.lime.lan}'
	run -0 halb register $PIN --no-verify -f $SITE --balancer other --format json
	equal "$(changed)" "add A k8s2.lime.lan
add DHCP other"
	run -0 halb plan $PIN -f $SITE --format json
	equal "$(changed)" "add A k8s1.lime.lan
add CNAME kube.lime.lan
add DHCP k8s1"
}
