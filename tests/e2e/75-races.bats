# SPDX-License-Identifier: Apache-2.0
# Others write at the same moment: one right value is left, and nobody is told of a success that
# was lost.

load lib

OTHER=192.168.11.78

setup() {
	fresh
	# lb1 runs the program as well as adm does.
	on lb1 sh -c "rm -rf $JOURNAL && mkdir -p $TMP"
	on adm sh -c "cat \$(command -v $HALB_DNS)" | on lb1 sh -c "cat > $TMP/halb-dns; chmod 755 $TMP/halb-dns"
	on adm cat /etc/halb-dns/halb-dns.keytab | on lb1 sh -c "umask 077; cat > $TMP/keytab"
	on adm cat "$SEED" | sed "s,/etc/halb-dns/halb-dns.keytab,$TMP/keytab," | on lb1 sh -c "cat > $TMP/site.yaml"
}

teardown() {
	on lb1 rm -rf "$TMP"
}

# many N COMMAND: a script that runs it so many times at once and prints each exit status
many() {
	echo "for i in \$(seq $1); do ($2 > /dev/null 2>&1; echo \$?) & done; wait"
}

# statuses FILE...: "0 0 75"
statuses() {
	sort -n "$@" | xargs
}

# settled: one right value at both DCs, and nothing that replication renamed
settled() {
	replicated
	for dc in dc1 dc2; do
		equal "$(node $dc k8s1 '[.records[] | .data] | join(" ")')" "$VIP"
		equal "$(node $dc kube '[.records[] | .data] | join(" ")')" k8s1.lime.lan
		lacks "$(dump $dc)" 'CNF:'
	done
}

@test "twenty runs at once from two hosts leave one right value, and all may say so" {
	local out=$BATS_TEST_TMPDIR
	on adm bash -c "$(many 10 "$HALB_DNS register --no-verify")" > "$out/adm" &
	on lb1 bash -c "$(many 10 "$TMP/halb-dns register --no-verify -f $TMP/site.yaml")" > "$out/lb1"
	wait
	equal "$(cat "$out"/adm "$out"/lb1 | wc -l)" 20
	equal "$(cat "$out"/adm "$out"/lb1 | grep -cvx '0\|75' || true)" 0
	[ "$(cat "$out"/adm "$out"/lb1 | grep -cx 0)" -ge 1 ]
	settled
	run --separate-stderr -0 halb register --no-verify
	has "$output" 'nothing to change'
}

@test "of two sites that want one name at once, one has it and the other knows that it has not" {
	local out=$BATS_TEST_TMPDIR won lost
	on lb1 sed -i "s/- name: k8s1/- name: k8s2/; s/vip: $VIP/vip: $OTHER/; s/mac: $MAC/mac: 02:00:00:00:01:02/; s/aliases: .*/aliases: []/" "$TMP/site.yaml"
	on adm bash -c "$(many 5 "$HALB_DNS register --no-verify")" > "$out/$VIP" &
	on lb1 bash -c "$(many 5 "$TMP/halb-dns register --no-verify -f $TMP/site.yaml")" > "$out/$OTHER"
	wait
	replicated
	lacks "$(dump dc1)" 'CNF:'
	won=$(node dc1 k8s1 '[.records[] | .data] | join(" ")')
	equal "$(node dc2 k8s1 '[.records[] | .data] | join(" ")')" "$won"
	lost=$([ "$won" = "$VIP" ] && echo "$OTHER" || echo "$VIP")
	has " $(statuses "$out/$won") " ' 0 '
	equal "$(grep -cvx '75\|80' "$out/$lost" || true)" 0
}

@test "against samba-tool dns add, who says that it is done has its value there" {
	local round status
	for round in 1 2 3; do
		fresh
		adm "(sleep 0.$((RANDOM % 4)); exec samba-tool dns add dc2.lime.lan lime.lan k8s1 A 192.168.11.99 $ADMIN > /dev/null 2>&1) &
			sleep 0.1; $HALB_DNS register --no-verify --server dc2.lime.lan > $TMP/out 2>&1; echo \$? > $TMP/status; wait"
		status=$(adm "cat $TMP/status")
		case $status in
		0) has " $(node dc2 k8s1 '[.records[] | .data] | join(" ")') " " $VIP " ;;
		75 | 80) ;;
		*) adm "cat $TMP/out; false" ;;
		esac
		# Where it was first the node is the administrator's, and theirs to change.
		adm "samba-tool dns delete dc2.lime.lan lime.lan k8s1 A 192.168.11.99 $ADMIN" || true
		halb register --no-verify --server dc2.lime.lan
		settled
	done
}

@test "against samba-tool dns update at either DC, the next run puts one right value" {
	local dc status
	for dc in dc1 dc2; do
		fresh
		halb register --no-verify
		replicated
		site 's/ttl: 900/ttl: 60/'
		adm "(exec samba-tool dns update $dc.lime.lan lime.lan k8s1 A $VIP 192.168.11.99 $ADMIN > /dev/null 2>&1) &
			sleep 0.2; $HALB_DNS register -f $SITE --wait 5s > $TMP/out 2>&1; echo \$? > $TMP/status; wait"
		status=$(adm "cat $TMP/status")
		[[ $status =~ ^(0|75|80|81)$ ]] || adm "cat $TMP/out; false"
		replicated
		halb register --no-verify -f $SITE --replace
		settled
		equal "$(node dc1 k8s1 '.records[].ttl')" 60
	done
}
