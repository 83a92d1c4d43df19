# SPDX-License-Identifier: Apache-2.0
# check --lease: what the lab's DHCP server offers to the dummy MAC, and that nothing is taken.

load lib

setup() {
	fresh
	halb register --server dc1.lime.lan --no-verify # where dhcpd reads
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

# reserve ADDRESS: behind the program's back
reserve() {
	adm "ldbmodify -H ldap://dc1.lime.lan $ADMIN" <<- END
		dn: CN=k8s1,$SERVICE
		changetype: modify
		replace: dhcpStatements
		dhcpStatements: fixed-address $1
	END
}

@test "the offer of the vIP is no finding, and no lease is taken" {
	before=$(leases)
	run halb check $PIN --lease --format json
	equal "$(lease_findings)" ''
	equal "$(json '.findings[] | select(.code | startswith("reservation"))')" ''
	equal "$(leases)" "$before"
}

@test "an offer of another address names the DHCP server" {
	reserve 192.168.11.78
	run -2 halb check $PIN --lease --format json
	equal "$(lease_findings)" 'reservation-differs critical 192.168.11.4 an offer of 192.168.11.78'
	# what the directory holds is a finding of its own
	json '[.findings[] | select(.object | startswith("CN=k8s1,")) | .code]' '["reservation-differs"]'
}

@test "the right address of another MAC is not the reservation" {
	adm "ldbmodify -H ldap://dc1.lime.lan $ADMIN" <<- END
		dn: CN=k8s1,$SERVICE
		changetype: modify
		replace: dhcpHWAddress
		dhcpHWAddress: ethernet 02:00:00:00:01:99
	END
	run -2 halb check $PIN --lease --format json
	has "$(lease_findings)" 'reservation-differs critical 192.168.11.4 an offer of 192.168.11.1'
	json '[.findings[] | select(.object | startswith("CN=k8s1,")) | .code]' '["reservation-differs"]'
}

@test "a lease of the pool is no reservation" {
	halb unregister $PIN
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
	run halb check $PIN --lease --vip 10.9.9.9 --format json
	has "$(lease_findings)" 'reservation-missing unknown null not asked'
}

@test "a DHCP server that is down is unknown" {
	touch "$BATS_TEST_TMPDIR/stopped"
	on dhcp /lab/daemon-stop dhcpd
	run halb check $PIN --lease --format json
	equal "$(lease_findings)" 'reservation-missing unknown null no DHCP server made an offer'
	[ "$status" -ge 2 ]
}
