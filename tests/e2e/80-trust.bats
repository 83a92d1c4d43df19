# SPDX-License-Identifier: Apache-2.0
# What an administrator must be able to rely on: only what is ours is touched, and it is recognised
# wherever somebody has put it.

load lib

setup() {
	fresh
}

teardown() {
	if [[ $BATS_TEST_DESCRIPTION == *PTR* ]]; then drop_zones; fi
}

MARK='halb-dns lime.lan/k8s1'

# data NAME: the values that stand there
data() {
	node dc1 "$1" '[.records[].data] | sort | join(" ")'
}

# ---- what stands beside ours ----

@test "unregister takes our address from beside somebody's, whose name lives on" {
	halb register --no-verify $PIN
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 A 192.168.11.77 $ADMIN"
	run -0 halb unregister $PIN --format json
	json '.changes[] | select(.type == "A") | [.action, .before]' '["delete","192.168.11.11"]'
	equal "$(node dc1 k8s1 '[.tombstoned, .mark, (.records[] | .type, .data)] | tostring')" \
		'[false,null,"A","192.168.11.77"]'
	equal "$(answer dc1 k8s1.lime.lan A)" 'k8s1.lime.lan. 900 A 192.168.11.77'
	run -0 halb unregister $PIN
	has "$output" 'nothing to change'
	run -0 halb undo $PIN
	equal "$(data k8s1)" "$VIP 192.168.11.77"
	equal "$(node dc1 k8s1 .mark)" "$MARK"
}

@test "somebody's PTR blocks, and what to do without it, or with it, is said and works" {
	local there=('/^stack:/,$d' '/^    probes:/,$d' 's/backend: ad/backend: none/' 's/vip: .*/vip: 10.77.0.11/')
	adm "samba-tool dns zonecreate dc1.lime.lan $REVERSE $ADMIN
		samba-tool dns add dc1.lime.lan $REVERSE 11.0 PTR printer.lime.lan $ADMIN"
	site "${there[@]}"
	run --separate-stderr -80 halb register --no-verify $PIN -f $SITE
	has "$output" printer.lime.lan
	has "$stderr" '--replace changes it'
	has "$stderr" 'with ptr: no'
	site "${there[@]}" 's/ptr: auto/ptr: no/'
	run -0 halb register --no-verify $PIN -f $SITE --format json
	json '[.changes[].type]' '["A","CNAME"]'
	site "${there[@]}"
	run -0 halb plan $PIN -f $SITE --replace --format json
	json '.changes[] | select(.type == "PTR") | [.action, .before, .after]' \
		'["replace","printer.lime.lan","k8s1.lime.lan"]'
}

# ---- ours under another name ----

# moved DN RDN: by somebody, at dc1
moved() {
	adm "printf 'dn: $1\nchangetype: modrdn\nnewrdn: $2\ndeleteoldrdn: 1\n' \
		| ldbmodify -H ldap://dc1.lime.lan $ADMIN /dev/stdin"
}

@test "a reservation of ours that somebody renamed is ours, is kept there, and goes with unregister" {
	halb register --no-verify $PIN
	moved "CN=k8s1,$SERVICE" CN=printer
	run -0 halb register --no-verify $PIN --format json
	json '[.changes[] | [.action, .type]]' '[["keep","A"],["keep","CNAME"],["keep","DHCP"]]'
	json .changes[2].dn "CN=printer,$SERVICE"
	run -0 halb register --no-verify $PIN --format json --mac 02:00:00:00:01:07
	json '.changes[2] | [.action, .dn]' "[\"replace\",\"CN=printer,$SERVICE\"]"
	equal "$(reserved | grep '^dn: CN=\(k8s1\|printer\),')" "dn: CN=printer,$SERVICE"
	run -0 halb unregister $PIN --format json
	json .applied 3
	equal "$(reserved | grep '^dn: CN=\(k8s1\|printer\),' || true)" ''
}

@test "what carries our mark under a name that the site does not have goes with unregister" {
	local k8s1=DC=k8s1,DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan
	halb register --no-verify $PIN
	moved "$k8s1" DC=k8s2
	run -0 halb plan $PIN --format json
	json '[.changes[] | select(.action != "keep") | [.action, .name]]' \
		'[["add","k8s1.lime.lan"],["delete","k8s2.lime.lan"]]'
	run -0 halb unregister $PIN --format json
	json '[.changes[] | [.action, .name]] | sort' \
		'[["delete","k8s1"],["delete","k8s2.lime.lan"],["delete","kube.lime.lan"]]'
	equal "$(node dc1 k8s2 '[.tombstoned, .mark] | tostring')" '[true,null]'
}
