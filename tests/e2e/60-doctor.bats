# SPDX-License-Identifier: Apache-2.0
# doctor: what it says of a lab that is well, and of each thing that is not.

load lib

setup() {
	fresh
}

teardown() {
	healed
	acl restore
}

# doctor STATUS ARG...: as JSON, with that exit status
doctor() {
	local wanted=$1
	shift
	run --separate-stderr "-$wanted" halb doctor --format json "$@"
	json .exit "$wanted"
}

# found CODE FILTER [VALUE]: of the findings with that code
found() {
	json "[.findings[] | select(.code == \"$1\")] | $2" "${@:3}"
}

# norights: a site whose account has no rights of its own
norights() {
	site '/^  keytab:/d' 's/principal: .*/principal: norights@LIME.LAN/'
	put $TMP/password <<< Passw0rd.lime
}

# ticket LIFETIME: in $TMP/cc, and a site that goes by it
ticket() {
	site '/^  keytab:/d' '/^  principal:/d'
	adm "kinit -c $TMP/cc -l $1 -k -t /etc/halb-dns/halb-dns.keytab halb-dns@LIME.LAN"
}

with_ticket() {
	adm "KRB5CCNAME=$TMP/cc ${HALB_DNS:-halb-dns} doctor -f $SITE --format json"
}

@test "a lab that is well is well, at both DCs, and nothing is written" {
	before=$(dump)
	doctor 0
	equal "$(dump)" "$before"
	json .command doctor
	json .status ok
	json .findings '[]'
	json '[.checks[].severity] | unique' '["ok"]'
	for what in 'clock of dc1.lime.lan' 'clock of dc2.lime.lan' 'login at dc1.lime.lan' \
		'login at dc2.lime.lan' 'LDAP of dc1.lime.lan' 'DNS of dc2.lime.lan' \
		'zone lime.lan' 'DHCP service' 'balancer k8s1'; do
		json "[.checks[] | select(.what == \"$what\")] | length" 1
	done
	json '[.checks[] | select(.what == "right to make").detail] | length' 2
	equal "$stderr" ''
}

@test "as text each check is a line, and -q is silent" {
	run -0 halb doctor
	has "$output" 'ok  clock of dc1.lime.lan'
	[ "$(grep -vc '^ok  ' <<< "$output")" = 0 ]
	run -0 halb doctor -q
	equal "$output" ''
}

@test "what is registered already needs no right" {
	halb register --no-verify
	replicated
	doctor 0
	json '[.checks[] | select(.what == "rights").detail]' '["none needed: all is registered already"]'
}

@test "the command in the hint grants what is missing, and no more is needed" {
	norights
	doctor 2 -f $SITE --password-file $TMP/password
	json .status critical
	json '[.findings[] | [.code, .severity, .object]]' "[[\"permission-denied\",\"critical\",\"$SERVICE\"]]"
	grant=$(found permission-denied '.[0].hint' | sed 's/^[^:]*: //; s/ (on Windows: .*//')
	[[ $grant == "samba-tool dsacl set "* ]]
	acl keep $SERVICE
	on dc1 bash -c "$grant"
	ad dc2 replicate dc1
	doctor 0 -f $SITE --password-file $TMP/password
	run -0 halb register $PIN --no-verify -f $SITE --password-file $TMP/password
	run -0 halb unregister $PIN -f $SITE --password-file $TMP/password
}

@test "a wrong password is a finding, and what needs the login is unknown" {
	norights
	put $TMP/password <<< wrong
	doctor 2 -f $SITE --password-file $TMP/password
	found permission-denied '[.[].severity] | sort' '["critical","critical","unknown","unknown"]'
	json '[.checks[] | select(.what | startswith("clock of")).severity]' '["ok","ok"]'
	json '[.checks[] | select(.what | startswith("zone"))]' '[]'
}

@test "a clock 90 seconds off is a warning, one 10 minutes off is critical" {
	for apart in +90s -90s; do
		run -1 adm "faketime -f $apart ${HALB_DNS:-halb-dns} doctor --format json"
		json .status warning
		found clock-skew '[.[].server] | sort' '["dc1.lime.lan","dc2.lime.lan"]'
	done
	for apart in +10m -10m; do
		run -2 adm "faketime -f $apart ${HALB_DNS:-halb-dns} doctor --format json"
		json .status critical
		found clock-skew '[.[] | select(.severity == "critical").object] | unique' \
			'["dc1.lime.lan","dc2.lime.lan"]'
	done
}

@test "without a ticket all is looked at that needs none" {
	site '/^  keytab:/d' '/^  principal:/d'
	run -2 with_ticket
	found ticket-missing '[.[] | .severity]' '["critical"]'
	[ "$(found ticket-missing '.[0].hint | length')" -gt 0 ]
	json '[.checks[] | select(.what | startswith("LDAP of")).severity]' '["ok","ok"]'
	json '[.findings[] | select(.severity == "unknown").server] | sort' '["dc1.lime.lan","dc2.lime.lan"]'
}

@test "a ticket that expires soon is a warning, one that has expired is none" {
	ticket 5m
	run -1 with_ticket
	found ticket-expiring '[.[].severity]' '["warning"]'
	ticket 2s
	sleep 3
	run -2 with_ticket
	found ticket-missing '[.[].severity]' '["critical"]'
	has "$(found ticket-missing '.[0].hint')" kinit
}

@test "a keytab that others can read is a warning" {
	site "s|keytab: .*|keytab: $TMP/open.keytab|"
	adm "install -m 0644 /etc/halb-dns/halb-dns.keytab $TMP/open.keytab"
	doctor 1 -f $SITE
	found keytab-exposed '[.[] | [.severity, .actual]]' '[["warning","mode 0644"]]'
	has "$(found keytab-exposed '.[0].hint')" "chmod 600 $TMP/open.keytab"
}

@test "a keytab without the principal, and one that is not there" {
	site 's/principal: .*/principal: norights@LIME.LAN/'
	doctor 2 -f $SITE
	has "$(found ticket-missing '.[0].actual')" 'has no key of norights@LIME.LAN'
	site 's|keytab: .*|keytab: /etc/halb-dns/none.keytab|'
	doctor 2 -f $SITE
	has "$(found ticket-missing '.[0].actual')" '/etc/halb-dns/none.keytab: there is no such file'
}

@test "a DC that is down is unknown, and the other one is looked at" {
	fault stop-dc dc2
	run --separate-stderr halb doctor --format json
	healed
	[ "$status" = 3 ]
	json .status unknown
	found ldap-unreachable '[.[] | [.severity, .server]]' '[["unknown","dc2.lime.lan"]]'
	found dns-unreachable '[.[] | [.severity, .server]]' '[["unknown","dc2.lime.lan"]]'
	json '[.checks[] | select(.what == "login at dc1.lime.lan").severity]' '["ok"]'
	json '[.checks[] | select(.what == "zone lime.lan").severity]' '["ok"]'
}

@test "no DC at all is critical" {
	doctor 2 --server 192.168.11.99
	found ldap-unreachable '[.[].severity]' '["critical"]'
	doctor 2 --domain no.such.domain --apex a.no.such.domain --alias b.no.such.domain
	found dns-unreachable '[.[].severity]' '["critical"]'
}

@test "a DHCP service that is not there, and an address that dhcpd hands out" {
	doctor 2 --dhcp-service CN=none,OU=DHCP,DC=lime,DC=lan
	found reservation-missing '[.[].object]' '["CN=none,OU=DHCP,DC=lime,DC=lan"]'
	doctor 2 --vip 192.168.11.150
	found address-in-pool '[.[].object]' '["192.168.11.150"]'
	doctor 1 --mac 00:16:3e:00:00:01
	found mac-not-local '[.[].severity]' '["warning"]'
}

@test "a reverse zone that is wanted and not there is critical" {
	site 's/ptr: auto/ptr: yes/'
	doctor 2 -f $SITE
	found zone-missing '[.[].object]' '["11.11.168.192.in-addr.arpa"]'
}

@test "a zone that ages is no finding" {
	adm "samba-tool dns zoneoptions dc1.lime.lan lime.lan --aging=1 $ADMIN"
	run --separate-stderr halb doctor --format json --server dc1.lime.lan
	adm "samba-tool dns zoneoptions dc1.lime.lan lime.lan --aging=0 $ADMIN"
	[ "$status" = 0 ]
	has "$(json '.checks[] | select(.what == "zone lime.lan").detail')" 'aging on (no-refresh 168 h, refresh 168 h)'
}
