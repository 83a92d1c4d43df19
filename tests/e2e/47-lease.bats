# SPDX-License-Identifier: Apache-2.0
# check --lease: what the lab's DHCP server offers to the dummy MAC, and that nothing is taken.

load lib

setup() {
	fresh
}

teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/stopped" ] || on dhcp /lab/daemon dhcpd
}

PIN='--server dc1.lime.lan'

# lease_findings: of $output, those that --lease makes, "CODE SEVERITY SERVER ACTUAL" a line
lease_findings() {
	json ".findings[] | select((.expected // \"\") | startswith(\"an offer of\"))
		| \"\\(.code) \\(.severity) \\(.server) \\(.actual)\""
}

leases() {
	on dhcp cat /var/lib/dhcp/dhcpd.leases
}

registered() {
	halb register $PIN --no-verify # where dhcpd reads
}

# reserve MAC ADDRESS: behind the program's back
reserve() {
	adm "ldbmodify -H ldap://dc1.lime.lan $ADMIN" <<- END
		dn: CN=k8s1,$SERVICE
		changetype: modify
		replace: dhcpHWAddress
		dhcpHWAddress: ethernet $1
		-
		replace: dhcpStatements
		dhcpStatements: fixed-address $2
	END
}

# held: of $output, what is said of the directory's reservation, "CODE ACTUAL" a line
held() {
	json '.findings[] | select(.object == "k8s1") | "\(.code) \(.actual)"'
}

@test "the offer of the vIP is no finding, and no lease is taken" {
	registered
	before=$(leases)
	run halb check $PIN --lease --format json
	equal "$(lease_findings)" ''
	equal "$(json '.findings[] | select(.code | startswith("reservation"))')" ''
	equal "$(leases)" "$before"
}

@test "the address and the MAC are both matched, in the offer and in the directory" {
	registered
	reserve "$MAC" 192.168.11.78
	run -2 halb check $PIN --lease --format json
	equal "$(lease_findings)" 'reservation-differs critical 192.168.11.4 an offer of 192.168.11.78'
	equal "$(held)" "reservation-differs $MAC 192.168.11.78"
	reserve 02:00:00:00:01:99 "$VIP"
	run -2 halb check $PIN --lease --format json
	has "$(lease_findings)" 'reservation-differs critical 192.168.11.4 an offer of 192.168.11.1'
	equal "$(held)" "reservation-differs 02:00:00:00:01:99 $VIP"
}

@test "a lease of the pool is no reservation" {
	before=$(leases)
	run -2 halb check $PIN --lease --format json
	has "$(lease_findings)" 'reservation-differs critical 192.168.11.4 an offer of 192.168.11.1'
	json '[.findings[] | select(.code == "reservation-missing") | .severity] | unique' '["critical"]'
	equal "$(leases)" "$before"
	# the very address that is leased to that MAC
	address=$(lease "$MAC")
	run -2 halb check $PIN --lease --vip "$address" --format json
	equal "$(lease_findings)" ''
	json '[.findings[] | select(.code == "reservation-missing") | .severity] | unique' '["critical"]'
}

@test "what could not be asked is unknown" {
	run lab exec adm setpriv --bounding-set=-net_raw "$HALB_DNS" check $PIN --lease --format json
	equal "$(lease_findings)" 'permission-denied unknown null this process may send no DHCPDISCOVER'
	site '/^stack:/,$d'
	run halb check $PIN -f $SITE --lease --vip 10.9.9.9 --format json
	has "$(lease_findings)" 'reservation-missing unknown null not asked'
}

@test "a DHCP server that is down is unknown" {
	touch "$BATS_TEST_TMPDIR/stopped"
	on dhcp /lab/daemon-stop dhcpd
	run halb check $PIN --lease --format json
	equal "$(lease_findings)" 'reservation-missing unknown null no DHCP server made an offer'
	[ "$status" -ge 2 ]
}
