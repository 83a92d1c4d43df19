# SPDX-License-Identifier: Apache-2.0
# What users of other tools complain of, where no other test shows it; docs/architecture.md lists all.

load lib

setup() {
	fresh
}

teardown() {
	if [ -e "$BATS_TEST_TMPDIR/aging" ]; then
		adm "samba-tool dns zoneoptions dc1.lime.lan lime.lan --aging=0 $ADMIN"
	fi
}

# changed: what would happen, from JSON: "ACTION TYPE" a line
changed() {
	json '.changes[] | select(.action != "keep") | "\(.action) \(.type)"'
}

@test "scavenging takes an old dynamic record, and none of ours" {
	halb register --no-verify $PIN
	# 192.168.11.77, last refreshed in the hour 3000000 of 1601's calendar: the year 1943
	ad dc1 blob alias1 0400010005f00000010000000000038400000000c0c62d00c0a80b4d
	touch "$BATS_TEST_TMPDIR/aging"
	adm "samba-tool dns zoneoptions dc1.lime.lan lime.lan --aging=1 $ADMIN"
	nightly dc1 _scavenge_dns_records
	equal "$(node dc1 alias1 .tombstoned)" true
	equal "$(node dc1 k8s1 '[.tombstoned, .records[].data] | tostring')" "[false,\"$VIP\"]"
	equal "$(node dc1 kube '[.tombstoned, .records[].data] | tostring')" '[false,"k8s1.lime.lan"]'
}

# Every third read of what the DC says over LDAP: "CALL COUNT" a line.
ldap_reads() {
	adm "strace -qq -yy -o $TMP/trace -e trace=read,recvfrom,recvmsg $HALB_DNS $* > /dev/null
		awk -F'(' '{ n[\$1]++ } /:389\]>/ && k++ % 3 == 0 { print \$1, n[\$1] }' $TMP/trace"
}

@test "a read that fails is never taken for an empty directory" {
	local call n failed=0
	halb register --no-verify $PIN
	before=$(dump)
	while read -r call n; do
		run --separate-stderr adm "strace -qq -o $TMP/trace -e trace=$call \
			-e inject=$call:error=ECONNRESET:when=$n $HALB_DNS register --no-verify $PIN --format json < /dev/null"
		if [ "$status" = 0 ]; then # the answer to the last word, which changes nothing
			json '[.changes[].action] | unique' '["keep"]'
		else
			json '[.status, (.changes // [] | length)]' '["error",0]'
			failed=$((failed + 1))
		fi
	done <<< "$(ldap_reads register --no-verify $PIN)"
	echo "# $failed reads failed" >&3
	[ "$failed" -ge 5 ]
	equal "$(dump)" "$before"
}

@test "no error ends like a difference, and no difference like an error" {
	# plan --detailed-exitcode: 2 is a difference, 1 an error, 64 wrong flags
	run -2 halb plan $PIN --detailed-exitcode
	run -1 halb plan --detailed-exitcode --server nosuch.lime.lan
	run -1 halb plan --detailed-exitcode -f /nosuch.yaml
	site '/^  keytab:/d'
	put $TMP/password <<< wrong
	run -1 halb plan --detailed-exitcode $PIN -f $SITE --password-file $TMP/password
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 A 192.168.11.77 $ADMIN"
	run -1 halb plan --detailed-exitcode $PIN
	run -64 halb plan --detailed-exitcode --nosuch
	# verify: 2 is a difference, 3 could not look, 64 wrong flags
	run -2 halb verify $PIN --wait 1s
	adm "samba-tool dns delete dc1.lime.lan lime.lan k8s1 A 192.168.11.77 $ADMIN"
	halb register --no-verify $PIN
	replicated
	run -3 halb verify --server 192.168.11.99 --wait 1s
	run -3 halb verify -f /nosuch.yaml
	run -64 halb verify --nosuch
}

@test "a lease is no reservation, and a changed MAC changes the reservation where it stands" {
	local first
	first=$(lease $MAC)
	[[ $first =~ ^192\.168\.11\.1[0-9][0-9]$ ]]
	run -0 halb register --no-verify $PIN --format json
	json '.changes[2].action' add
	equal "$(lease $MAC)" $VIP
	run -0 halb register --no-verify $PIN --format json --mac 02:00:00:00:01:09
	json '.changes[2] | [.action, .before, .after]' \
		"[\"replace\",\"$MAC $VIP\",\"02:00:00:00:01:09 $VIP\"]"
	equal "$(reserved | grep -c '^dn: CN=k8s1,')" 1
	equal "$(lease 02:00:00:00:01:09)" $VIP
	[[ $(lease $MAC) =~ ^192\.168\.11\.1[0-9][0-9]$ ]]
}

@test "the same in other letters is the same" {
	site 's/mac: .*/mac: 02:00:00:00:ab:cd/'
	run -0 halb register --no-verify $PIN -f $SITE --format json
	json .applied 3
	before=$(dump)
	site 's/mac: .*/mac: 02:00:00:00:AB:CD/' 's/^domain: .*/domain: Lime.LAN./' \
		's/k8s1\.lime\.lan/K8S1.LIME.lan./' 's/\[kube\.lime\.lan\]/[KuBe.lime.lan.]/'
	run -0 halb register --no-verify $PIN -f $SITE --format json
	equal "$(changed)" ''
	equal "$(dump)" "$before"
	# and what somebody wrote in other letters is found
	fresh
	adm "samba-tool dns add dc1.lime.lan lime.lan KUBE CNAME K8S1.Lime.Lan $ADMIN"
	run -0 halb plan $PIN --adopt --format json
	equal "$(changed)" "add A
adopt CNAME
add DHCP"
}
