# SPDX-License-Identifier: Apache-2.0
# What stands in the way of a registration is found before anything is written: around the names,
# among the reservations, and at the vIP itself.

load lib

FREE=192.168.11.77 # nobody has it, and it is in no range

setup() {
	fresh
}

teardown() {
	acl restore
	on app1 ip addr del "$FREE/32" dev eth0 2> /dev/null || true
	on lb2 ip addr del "$FREE/32" dev eth0 2> /dev/null || true
}

# dns VERB NAME TYPE DATA: at dc1, by Samba's own tool; then both DCs have it
dns() {
	adm "samba-tool dns $1 dc1.lime.lan lime.lan '$2' $3 $4 $ADMIN > /dev/null"
	ad dc2 replicate dc1
}

# untouched STATUS WHAT ARG...: refused for that reason, and both DCs are as they were
untouched() {
	local before status_wanted=$1 what=$2
	shift 2
	before=$(dump dc1 && dump dc2)
	run --separate-stderr "-$status_wanted" halb "$@"
	has "$output" 'nothing was written'
	says_error "$what"
	has "$stderr" 'halb-dns:   -> '
	equal "$(dump dc1 && dump dc2)" "$before"
}

finding() {
	jq -rc ".findings[] | select(.code == \"$1\") | $2" <<< "$output"
}

# both ARG...: two runs at the same moment, one at each DC
both() {
	adm "$HALB_DNS $* --server dc1.lime.lan > $TMP/one 2>&1 & one=\$!
		$HALB_DNS $* --server dc2.lime.lan > $TMP/two 2>&1 & two=\$!
		wait \$one && wait \$two" || adm "cat $TMP/one $TMP/two; false"
}

renamed() {
	[ "$(dump "$1" | grep -c 'CNF:.* objectClass .*\(dnsNode\|dhcpHost\)')" -ge "$2" ]
}

# ---- around the names ----

@test "a name below a delegation is refused, and no flag overrides it" {
	dns add sub NS ns.elsewhere.lan
	site 's/k8s1\.lime\.lan/k8s1.sub.lime.lan/'
	untouched 80 'sub.lime.lan is delegated to ns.elsewhere.lan' register -f $SITE
	untouched 80 'sub.lime.lan is delegated to ns.elsewhere.lan' register -f $SITE --replace --force
}

@test "a wildcard that has answered so far is told of, and the name registered" {
	dns add '*' A 192.168.11.99
	equal "$(answer dc2 k8s1.lime.lan A)" 'k8s1.lime.lan. 900 A 192.168.11.99'
	run --separate-stderr -0 halb register --format json
	equal "$(finding record-extra .severity)" $'warning\nwarning'
	has "$(finding record-extra .actual)" '*.lime.lan has answered for it so far'
	equal "$(answer dc2 k8s1.lime.lan A | sed 's/ [0-9]* / /')" "k8s1.lime.lan. A $VIP"
	run --separate-stderr -0 halb register --format json
	equal "$(finding record-extra .severity)" ''
}

@test "an alias of an apex that is blocked would dangle, one that it leads to would loop" {
	dns add k8s1 CNAME kube.lime.lan
	untouched 80 cname-conflict register
	run --separate-stderr -80 halb plan --format json
	has "$(finding target-dangling .actual)" loop
	equal "$(finding target-dangling .object)" kube.lime.lan
}

@test "two runs at two DCs at once leave renamed objects, which the next run names and refuses" {
	local command
	both register --no-verify
	wait_for 60 renamed dc1 3
	replicated
	untouched 80 record-duplicate register
	run --separate-stderr -80 halb plan --format json
	equal "$(finding record-duplicate .object | sort)" $'k8s1.lime.lan\nkube.lime.lan'
	has "$(finding reservation-duplicate .object)" 'CNF:'

	# What the hints say is what an administrator can paste.
	while read -r command; do
		adm "export KRB5CCNAME=$TMP/cc; echo Passw0rd.lime | kinit Administrator > /dev/null
			$command" < /dev/null
	done <<< "$(jq -r '.findings[].hint | capture("(?<it>ldapdelete .*)").it' <<< "$output")"
	replicated
	run --separate-stderr -0 halb register
	has "$output" 'nothing to change'
	replicated
	equal "$(node dc1 k8s1 '.records | map(.data) | join(" ")')" "$VIP"
	equal "$(node dc2 k8s1 '.records | map(.data) | join(" ")')" "$VIP"
}

@test "one write that is denied among others that are not: none is begun" {
	dns add k8s1 A 192.168.11.99
	before=$(dump dc1)
	run --separate-stderr -77 halb register --replace --no-verify $PIN
	says_error 'halb-dns@LIME.LAN may not change dnsRecord, adminDescription; nothing was written'
	equal "$(dump dc1)" "$before"
}

# Of a removal no DC says beforehand whether it is permitted.
@test "a removal that is denied after other writes: all is put back" {
	halb register --no-verify $PIN
	acl keep $SERVICE
	acl keep CN=k8s1,$SERVICE
	sid=$(adm "samba-tool user show halb-dns -H ldap://dc1.lime.lan $ADMIN" | sed -n 's/^objectSid: //p')
	adm "samba-tool dsacl set -H ldap://dc1.lime.lan $ADMIN --objectdn=$SERVICE --sddl='(D;;DC;;;$sid)'
		samba-tool dsacl set -H ldap://dc1.lime.lan $ADMIN --objectdn=CN=k8s1,$SERVICE \
			--sddl='(D;;SD;;;$sid)'" > /dev/null
	before=$(dump dc1 | values)
	run --separate-stderr -77 halb unregister $PIN
	says_error 'nothing was changed (what had been written is put back)'
	equal "$(dump dc1 | values)" "$before"
	acl restore
	run --separate-stderr -0 halb unregister $PIN
}

# ---- the vIP ----

@test "a machine outside the stack that has the vIP is a conflict, which --force alone overrides" {
	site "s/$VIP/$FREE/"
	run --separate-stderr -0 halb plan -f $SITE
	equal "$stderr" ''
	on app1 ip addr add "$FREE/32" dev eth0
	untouched 80 address-taken register -f $SITE
	untouched 80 address-taken register -f $SITE --adopt --replace
	run --separate-stderr -80 halb plan -f $SITE --format json
	equal "$(finding address-taken .actual)" '02:00:c0:a8:0b:1f answers there'
	run --separate-stderr -0 halb register -f $SITE --force --no-verify --format json
	equal "$(finding address-taken .severity)" warning
	json .applied 3
}

@test "without privileges the machine is seen, too" {
	site "s/$VIP/$FREE/" "s,/etc/halb-dns/halb-dns.keytab,$TMP/keytab,"
	on app1 ip addr add "$FREE/32" dev eth0
	adm "ip neigh flush to $FREE; cp /etc/halb-dns/halb-dns.keytab $TMP/keytab
		chmod 755 $TMP; chmod 644 $TMP/keytab $SITE"
	run --separate-stderr -80 on adm setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all --bounding-set=-all "$HALB_DNS" plan -f $SITE --format json
	equal "$(finding address-taken .actual)" '02:00:c0:a8:0b:1f answers there'
}

@test "where no DC is reached nothing is sent to the vIP" {
	site "s/$VIP/$FREE/"
	adm "ip neigh flush to $FREE"
	run -69 halb plan -f $SITE --server 192.168.11.99
	run -69 halb plan -f $SITE --server nosuch.lime.lan
	equal "$(adm "ip neigh show to $FREE")" ''
	run -0 halb plan -f $SITE
	has "$(adm "ip neigh show to $FREE")" "$FREE"
	site '/^stack:/,$d' "s/$VIP/$FREE/" 's/lime\.lan/example.lan/'
	adm "ip neigh flush to $FREE"
	run -69 halb plan -f $SITE
	equal "$(adm "ip neigh show to $FREE")" ''
}

@test "one of the stack's hosts may have the vIP" {
	site "s/$VIP/$FREE/"
	on lb2 ip addr add "$FREE/32" dev eth0
	run --separate-stderr -0 halb plan -f $SITE --format json
	equal "$(finding address-taken .severity)" ''
}

@test "without a stack it is a warning once, and a run that repeats is silent" {
	site '/^stack:/,$d'
	run --separate-stderr -0 halb register $PIN -f $SITE --no-verify --format json
	equal "$(finding address-taken .severity)" warning
	site '/^stack:/,$d' 's/ttl: 900/ttl: 60/'
	run --separate-stderr -0 halb register $PIN -f $SITE --no-verify --format json
	json .applied 2
	equal "$(finding address-taken .severity)" ''
}

@test "what is registered is never blocked by who has the vIP" {
	site "s/$VIP/$FREE/"
	run --separate-stderr -0 halb register $PIN -f $SITE --no-verify
	on app1 ip addr add "$FREE/32" dev eth0
	run --separate-stderr -0 halb register $PIN -f $SITE --no-verify
	site "s/$VIP/$FREE/" 's/ttl: 900/ttl: 60/'
	run --separate-stderr -0 halb register $PIN -f $SITE --no-verify --format json
	equal "$(finding address-taken .severity)" warning
	json .applied 2
}

# ---- the guard ----

@test "a plan that would remove more than half of what is ours needs --force" {
	site 's/aliases: \[.*\]/aliases: [alias1.lime.lan, alias2.lime.lan, alias3.lime.lan, alias4.lime.lan, alias5.lime.lan, alias6.lime.lan]/'
	run --separate-stderr -0 halb register -f $SITE --no-verify
	replicated
	site 's/aliases: \[.*\]/aliases: []/'
	untouched 80 '6 of 8 objects would go' register -f $SITE
	run --separate-stderr -0 halb register -f $SITE --no-verify --force --format json
	json .applied 6
	replicated
	equal "$(node dc2 alias6 .tombstoned)" true
}

# ---- tombstones ----

@test "what a dynamic update removed is resurrected" {
	# By the same account: whoever made a node owns it, also in its grave.
	adm "export KRB5CCNAME=$TMP/cc; kinit -k -t /etc/halb-dns/halb-dns.keytab halb-dns
		for change in 'add k8s1.lime.lan 300 A 10.9.9.9' 'delete k8s1.lime.lan A'; do
			printf 'server dc2.lime.lan\nupdate %s\nsend\n' \"\$change\" | nsupdate -g
		done
		true" 2> /dev/null
	equal "$(node dc2 k8s1 '[.tombstoned, .records[].type] | join(" ")')" 'true TOMBSTONE'
	run --separate-stderr -0 halb plan --server dc2.lime.lan --format json
	json '.changes[] | select(.type == "A") | [.action, .before] | join(" ")' 'resurrect tombstone'
	run --separate-stderr -0 halb register --server dc2.lime.lan
	equal "$(node dc2 k8s1 '[.tombstoned, .records[].data] | join(" ")')" "false $VIP"
	equal "$(node dc2 k8s1 '.records[].timestamp')" 0
	replicated
	equal "$(answer dc1 k8s1.lime.lan A)" "k8s1.lime.lan. 900 A $VIP"
}

@test "what we remove is a tombstone at both DCs, which Samba purges when it is two weeks old" {
	halb register $PIN --no-verify
	halb unregister $PIN
	replicated
	for dc in dc1 dc2; do
		equal "$(node $dc k8s1 '[.tombstoned, .records[].type] | join(" ")')" 'true TOMBSTONE'
		equal "$(rcode $dc k8s1.lime.lan A)" NXDOMAIN
	done
	ad dc2 bury k8s1 13
	nightly dc2 _dns_delete_tombstones
	equal "$(node dc2 k8s1 .tombstoned)" true
	ad dc2 bury k8s1 2
	nightly dc2 _dns_delete_tombstones
	equal "$(node dc2 k8s1 .exists)" false
	equal "$(node dc2 kube .tombstoned)" true
	run --separate-stderr -0 halb register --server dc2.lime.lan --no-verify --format json
	json '[.changes[].action] | join(" ")' 'add resurrect add'
}
