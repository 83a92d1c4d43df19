# SPDX-License-Identifier: Apache-2.0
# The drift matrix: what somebody else's tool did, what check says of it, how it ends, and that all is
# well again after what its hint says.

load lib

PIN='--server dc1.lime.lan'
ALIASES='kube.lime.lan, kube2.lime.lan, alias1.lime.lan, alias2.lime.lan, alias3.lime.lan, alias4.lime.lan'

setup() {
	fresh
	site "s/^    aliases: .*/    aliases: [$ALIASES]/"
}

teardown() {
	healed
	if [[ $BATS_TEST_DESCRIPTION == *'zone ages'* ]]; then
		dns zoneoptions lime.lan --aging=0 --norefreshinterval=168 --refreshinterval=168
	fi
	if [[ $BATS_TEST_DESCRIPTION == *replication* ]]; then
		inbound dc2 - || true
	fi
	if [[ $BATS_TEST_DESCRIPTION == *keytab* ]]; then on adm rm -f $TMP/old.keytab; fi
}

# ---- the tools of others, all at dc1 ----

# dns COMMAND ZONE ARG...: the administrator's DNS tool
dns() {
	adm "samba-tool dns $1 dc1.lime.lan ${*:2} $ADMIN > /dev/null"
}

# dynamic LINE...: a dynamic update, signed by the administrator. It says "tsig verify failure" and
# ends with 2 although it was done.
dynamic() {
	adm "echo Passw0rd.lime | kinit Administrator@LIME.LAN > /dev/null 2>&1
		printf '%s\n' 'server dc1.lime.lan' 'zone lime.lan' $(printf "'update %s' " "$@") send |
		nsupdate -g > /dev/null 2>&1; kdestroy"
}

# modify DN LINE...: as an administrator would with a text file
modify() {
	printf '%s\n' "dn: $1" 'changetype: modify' "${@:2}" | on adm ldbmodify -H ldap://dc1.lime.lan \
		-U 'Administrator%Passw0rd.lime' > /dev/null
}

node_dn() {
	echo "DC=$1,DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan"
}

# ---- the table ----

check() {
	halb check -f $SITE --format json "$@"
}

# finding CODE OBJECT: of $output, "SEVERITY SERVER"
finding() {
	json ".findings[] | select(.code == \"$1\" and .object == \"$2\") | \"\\(.severity) \\(.server)\""
}

hint() {
	json ".findings[] | select(.code == \"$1\" and .object == \"$2\") | .hint"
}

# matrix EXIT MEND ROW...: makes the rows' causes, looks once, mends with what all of the hints say,
# and looks again. A row: CODE SEVERITY OBJECT CAUSE...
matrix() {
	local ends=$1 mend=$2 row code severity object cause
	shift 2
	run -0 halb register $PIN -f $SITE --wait 60s -q
	for row; do
		read -r code severity object cause <<< "$row"
		eval "$cause"
	done
	run "-$ends" check $PIN
	for row; do
		read -r code severity object cause <<< "$row"
		equal "$(finding "$code" "$object")" "$severity dc1.lime.lan"
		has "$(hint "$code" "$object")" "$mend"
	done
	equal "$(json '.findings | length')" $#
	json '.exit' "$ends"
	run -0 halb ${mend#halb-dns } $PIN -f $SITE --wait 60s -q
	run -0 check $PIN
	json '[.status, .findings]' '["ok",[]]'
}

@test "check is ok, quiet with -q, and writes nothing, where all is as it was registered" {
	run -0 halb register -f $SITE --wait 60s -q
	replicated
	before=$(dump)
	run -0 --separate-stderr halb check -f $SITE -q
	equal "$output$stderr" ''
	run -0 --separate-stderr check
	equal "$stderr" ''
	json '[.command, .status, .exit, .findings]' '["check","ok",0,[]]'
	json '[.servers[] | [.name, .ldap, .dns.reachable, .dns.authoritative, .dns.resolving]]' \
		'[["dc1.lime.lan",{"reachable":true,"written":true},true,true,true],["dc2.lime.lan",{"reachable":true,"written":true},true,true,true]]'
	json '[(.names | length), (.vips | length)]' '[7,1]'
	equal "$(dump)" "$before"
}

@test "drift that register mends" {
	matrix 2 'halb-dns register' \
		'record-missing critical kube.lime.lan dns delete lime.lan kube CNAME k8s1.lime.lan' \
		'record-differs critical kube2.lime.lan dns update lime.lan kube2 CNAME k8s1.lime.lan dc1.lime.lan' \
		'record-tombstoned critical alias1.lime.lan dynamic "delete alias1.lime.lan CNAME"' \
		'record-aging warning alias2.lime.lan dynamic "delete alias2.lime.lan CNAME" "add alias2.lime.lan 900 CNAME k8s1.lime.lan"' \
		'ttl-differs warning alias3.lime.lan ttl alias3 60' \
		'reservation-differs critical k8s1 modify "CN=k8s1,$SERVICE" "replace: dhcpStatements" "dhcpStatements: fixed-address 192.168.11.99"'
}

# ttl NAME SECONDS: what a tool that edits the blob would leave
ttl() {
	local old new
	old=$(adm "ldbsearch -H ldap://dc1.lime.lan $ADMIN -b $(node_dn "$1") -s base dnsRecord" |
		sed -n 's/^dnsRecord:: //p')
	new=$(base64 -d <<< "$old" | xxd -p -c 1000 | sed -E "s/^(.{24}).{8}/\1$(printf %08x "$2")/" |
		xxd -r -p | base64 -w 0)
	modify "$(node_dn "$1")" 'replace: dnsRecord' "dnsRecord:: $new"
}

@test "drift of warnings alone ends with 1" {
	matrix 1 'halb-dns register' \
		'ttl-differs warning alias3.lime.lan ttl alias3 60' \
		'record-extra warning alias4.lime.lan shorten'
}

# The site file lost an alias.
shorten() {
	site "s/^    aliases: .*/    aliases: [${ALIASES%, alias4*}]/"
}

@test "an apex that is gone, its aliases that dangle, and a reservation that is gone" {
	site
	matrix 2 'halb-dns register' \
		'record-missing critical k8s1.lime.lan dns delete lime.lan k8s1 A $VIP' \
		'target-dangling critical kube.lime.lan true' \
		'reservation-missing critical k8s1 adm "ldbdel -H ldap://dc1.lime.lan $ADMIN CN=k8s1,$SERVICE > /dev/null"'
}

@test "what lost our mark is a warning until it is adopted" {
	matrix 1 'halb-dns register --adopt' \
		'record-foreign warning k8s1.lime.lan modify $(node_dn k8s1) "delete: adminDescription"' \
		'record-foreign warning k8s1 modify CN=k8s1,$SERVICE "delete: adminDescription"'
}

@test "what others put in place of ours is replaced when it may go" {
	site
	matrix 2 'halb-dns register --replace' \
		'record-extra critical k8s1.lime.lan dns add lime.lan k8s1 A 192.168.11.99' \
		'cname-conflict critical kube.lime.lan modify $(node_dn kube) "add: dnsRecord" "dnsRecord:: BAABAAXwAAABAAAAAAADhAAAAAAAAAAAwKgLYg=="'
}

@test "what a plan stops at is said by check, too" {
	site
	run -0 halb register $PIN -f $SITE --wait 60s -q
	modify "$(node_dn kube)" 'replace: dnsRecord' 'dnsRecord:: AAAA'
	printf '%s\n' "dn: CN=printer,$SERVICE" 'objectClass: dhcpHost' \
		"dhcpHWAddress: ethernet $MAC" 'dhcpStatements: fixed-address 192.168.11.77' |
		on adm ldbadd -H ldap://dc1.lime.lan -U 'Administrator%Passw0rd.lime' > /dev/null
	run -2 check $PIN
	equal "$(finding record-malformed kube.lime.lan)" 'critical dc1.lime.lan'
	equal "$(finding reservation-duplicate "CN=printer,$SERVICE")" 'critical dc1.lime.lan'
	json '.findings | length' 2
	# the hints: remove that value, remove one of them
	adm "ldbdel -H ldap://dc1.lime.lan $ADMIN $(node_dn kube) CN=printer,$SERVICE > /dev/null"
	halb register $PIN -f $SITE --wait 60s -q
	run -0 check $PIN
}

@test "a zone and a DHCP service that are not there are critical, and PTRs and records are not" {
	site 's/ptr: auto/ptr: yes/'
	halb register $PIN --wait 60s -q
	run -2 check $PIN
	json '[.findings[] | [.code, .severity, .object]]' \
		'[["zone-missing","critical","11.11.168.192.in-addr.arpa"]]'
	site
	run -2 check $PIN --dhcp-service CN=none,DC=lime,DC=lan
	json '[.findings[] | [.code, .severity, .object]]' \
		'[["reservation-missing","critical","CN=none,DC=lime,DC=lan"]]'
	run -2 check $PIN --mac 00:00:5e:00:53:01
	json '[.findings[].code] | sort' '["mac-not-local","reservation-differs"]'
}

@test "where the zone ages, a dynamic record is dated" {
	dns zoneoptions lime.lan --aging=1 --norefreshinterval=24 --refreshinterval=48
	halb register $PIN -f $SITE --wait 60s -q
	dynamic 'delete alias2.lime.lan CNAME' 'add alias2.lime.lan 900 CNAME k8s1.lime.lan'
	run -1 check $PIN
	equal "$(finding record-aging alias2.lime.lan)" 'warning dc1.lime.lan'
	day=$(date -u -d '+72 hours' +%F)
	has "$(json '.findings[0].actual')" "$day"
	halb register $PIN -f $SITE --wait 60s -q
	run -0 check $PIN
}

# ---- what could not be looked at, and what differs ----

@test "with replication stopped, DCs that differ are a lag, which the hints' commands end" {
	site
	inbound dc2 +
	halb register $PIN -f $SITE --wait 60s -q
	run -1 check
	for object in k8s1.lime.lan kube.lime.lan k8s1; do
		equal "$(finding replica-lag $object)" 'warning dc2.lime.lan'
		has "$(json ".findings[] | select(.object == \"$object\") | .expected")" 'as at dc1.lime.lan'
	done
	json '.findings | length' 3
	json '[.servers[] | [.name, .ldap.written, .dns.resolving]]' \
		'[["dc1.lime.lan",true,true],["dc2.lime.lan",false,false]]'
	inbound dc2 -
	for command in "$(hint replica-lag kube.lime.lan)" "$(hint replica-lag k8s1)"; do
		has "$command" 'samba-tool drs replicate dc2.lime.lan dc1.lime.lan DC='
		adm "${command%% (*} $ADMIN > /dev/null"
	done
	run -0 check
}

# inbound DC +|-: stops replication to it, or lets it go on
inbound() {
	adm "samba-tool drs options $1.lime.lan --dsa-option=$2DISABLE_INBOUND_REPL $ADMIN > /dev/null"
}

@test "a DC that is down is unknown, and the others are looked at" {
	halb register -f $SITE --wait 60s -q
	replicated
	fault stop-dc dc2
	run -3 check
	json '[.findings[] | [.code, .severity, .server]] | sort' \
		'[["dns-unreachable","unknown","dc2.lime.lan"],["ldap-unreachable","unknown","dc2.lime.lan"]]'
	json '[.servers[] | [.name, .ldap.reachable, .ldap.written]]' \
		'[["dc1.lime.lan",true,true],["dc2.lime.lan",false,null]]'
	for lb in lb1 lb2 lb3; do
		fault kill-haproxy $lb
	done
	run -2 check $PIN
	[ -n "$(json '.findings[] | select(.code == "vip-refused" or .code == "vip-timeout") | .code')" ]
	healed
	wait_for 30 check -q
}

@test "a frozen haproxy accepts and never answers: critical, and in time" {
	halb register $PIN -f $SITE --wait 60s -q
	fault freeze-haproxy lb1
	run -2 check $PIN --timeout 3s
	json '[.vips[0].tcp.ok, .vips[0].tls.ok]' '[true,false]'
	json '[.findings[].code]' '["tls-failed","host-not-ready"]'
	healed
	run -0 check $PIN
}

# ends_with EXIT CODE SEVERITY COMMAND...: of one finding, and with DNS and the vIP looked at
ends_with() {
	run "-$1" "${@:4}"
	json '[.findings[] | [.code, .severity]]' "[[\"$2\",\"$3\"]]"
	json '[.servers[0].dns.resolving, .vips[0].http.status]' '[true,200]'
}

@test "a login that fails is unknown by its own code, and DNS is still looked at" {
	site
	halb register $PIN -f $SITE --wait 60s -q
	ends_with 1 clock-skew warning adm "faketime -f +2m $HALB_DNS check -f $SITE $PIN --format json"
	site 's|keytab: .*|keytab: /none|'
	ends_with 3 ticket-missing unknown check $PIN
	site '/keytab:/d' '/principal:/d'
	adm 'kdestroy 2> /dev/null || true'
	ends_with 3 ticket-missing unknown check $PIN
	adm 'echo Passw0rd.lime | kinit -l 5m Administrator@LIME.LAN > /dev/null 2>&1'
	ends_with 1 ticket-expiring warning check $PIN
	on adm kdestroy
}

@test "a keytab older than the password is permission-denied" {
	halb register $PIN --wait 60s -q
	adm "printf 'addent -password -p halb-dns@LIME.LAN -k 1 -e aes256-cts-hmac-sha1-96\nwrong\nwkt $TMP/old.keytab\n' | ktutil > /dev/null"
	site "s|keytab: .*|keytab: $TMP/old.keytab|"
	run -3 check $PIN
	json '[.findings[] | [.code, .severity, .server]]' '[["permission-denied","unknown","dc1.lime.lan"]]'
	json '.servers[0].dns.resolving' true
}

@test "time that runs out is unknown, never ok, and holds nobody up" {
	halb register $PIN -f $SITE --wait 60s -q
	# The least that there is: one that is over before it begins, and some that end on the way.
	for timeout in 1us 1ms 5ms 20ms; do
		run check $PIN --timeout $timeout
		json '[.status, .exit]' '["unknown",3]'
		json '[.findings[].severity] | unique' '["unknown"]'
	done
	run -64 halb check --timeout x
}
