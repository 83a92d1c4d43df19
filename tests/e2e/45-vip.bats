# SPDX-License-Identifier: Apache-2.0
# The vIP: who holds it, whether its certificate is good, and whether each host is ready to take over.

load lib

FREE=192.168.11.77 # nobody has it

# What follows only looks: the names are registered once.
setup_file() {
	fresh
	halb register --no-verify -q
	replicated
}

teardown() {
	local n
	on lb2 ip addr del "$VIP/32" dev eth0 2> /dev/null || true
	on app1 ip addr del "$FREE/32" dev eth0 2> /dev/null || true
	unrouted
	if [[ $BATS_TEST_DESCRIPTION == *'the vIP alone'* ]]; then
		for n in 1 2 3; do on lb$n nft delete table inet halb_e2e; done
	fi
	if [[ $BATS_TEST_DESCRIPTION == *certificate* ]]; then
		on app1 sh -c 'kill $(cat /tmp/halb-e2e-*.pid); rm -rf /tmp/halb-e2e-*' || true
	fi
	healed
}

# look ARG...: once, as JSON
look() {
	run --separate-stderr halb verify --wait 0s --format json "$@"
}

# humble ARG...: the same without any privilege
humble() {
	adm "chmod 755 $TMP; chmod 644 $TMP/* 2> /dev/null || true"
	run --separate-stderr on adm setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all --bounding-set=-all "$HALB_DNS" verify --wait 0s "$@"
}

# finding CODE: "SEVERITY OBJECT SERVER: ACTUAL" a line
finding() {
	json ".findings[] | select(.code == \"$1\") | \"\(.severity) \(.object) \(.server): \(.actual)\""
}

@test "the holder, the certificate and each host's own answer are seen" {
	look
	json '[.exit, .findings]' '[0,[]]'
	json '.vips[0].holder' '{"host":"lb1","mac":"02:00:c0:a8:0b:0c","sole":true}'
	json '.vips[0].certificate | [.fits, (.names | index("kube.lime.lan") != null), (.expires | length)]' \
		'[true,true,20]'
	json '[.vips[0].hosts[] | [.name, .address, .tcp.ok, .tls.ok, .http.status, .certificate.fits]]' \
		'[["lb1","192.168.11.12",true,true,200,true],["lb2","192.168.11.13",true,true,200,true],["lb3","192.168.11.14",true,true,200,true]]'
	run -0 halb verify
	has "$output" 'held by lb1  tcp'
	run -0 halb verify -v
	has "$output" 'held by lb1 (02:00:c0:a8:0b:0c), alone  tcp'
	has "$output" 'lb3           192.168.11.14:6443  ready'
}

@test "two that hold the vIP are a split brain, which is not denied where it cannot be seen" {
	on lb2 ip addr add "$VIP/32" dev eth0
	look
	json .exit 2
	equal "$(finding split-brain)" \
		"critical $VIP null: lb1 (02:00:c0:a8:0b:0c) and lb2 (02:00:c0:a8:0b:0d)"
	json .vips[0].holder.sole false
	# The holder itself sees it, too.
	if on lb2 test -x /usr/sbin/halb-dns && [ "$HALB_DNS" = halb-dns ]; then
		on adm cat "$SEED" | on lb2 sh -c 'cat > /tmp/halb-e2e.yaml'
		run --separate-stderr on lb2 halb-dns verify --wait 0s --format json -f /tmp/halb-e2e.yaml
		equal "$(finding split-brain)" \
			"critical $VIP null: this machine (lb2) and lb1 (02:00:c0:a8:0b:0c)"
		on lb2 rm /tmp/halb-e2e.yaml
	fi
	humble --format json
	json '[.exit, .vips[0].holder.sole]' '[0,null]'
	has "$(json .vips[0].holder.host)" lb
	humble -v
	has "$output" 'who else was not asked (ARP, CAP_NET_RAW)'
	# The wait ends when there is one again.
	on adm rm -f $TMP/status
	adm "$HALB_DNS verify --wait 60s --format json > $TMP/verify.json; echo \$? > $TMP/status" &
	waiting=$!
	sleep 1
	on adm test ! -e $TMP/status
	on lb2 ip addr del "$VIP/32" dev eth0
	wait $waiting
	equal "$(on adm cat $TMP/status)" 0
}

# held_by HOST: as the listener there says
held_by() {
	look
	[ "$(json '.vips[0].holder | "\(.host) \(.mac) \(.sole)"')" = "$1 null null" ]
}

@test "behind a router the holder is known by what its HAProxy says" {
	routed
	look
	json '[.exit, .findings]' '[0,[]]'
	json .vips[0].holder '{"host":"lb1","mac":null,"sole":null}'
	humble
	[ "$status" = 0 ]
	has "$output" 'held by lb1  tcp'
	humble -v
	has "$output" 'held by lb1, as its HAProxy says  tcp'
	run --separate-stderr -0 halb check --format json
	json .vips[0].holder.host lb1
	run --separate-stderr -0 halb register --format json
	json .vips[0].holder.host lb1
	fault kill-haproxy lb1
	wait_for 20 held_by lb2
}

@test "behind a router where no HAProxy says it the holder is not known, and that is no warning" {
	routed
	site 's/^  router_id: 51$/&\n  identity: {port: 8405}/'
	look -f $SITE
	json .exit 0
	equal "$(finding holder-unknown)" "ok $VIP null: a router is in between"
	has "$(json '.findings[] | select(.code == "holder-unknown") | .hint')" "$VIP:8405 "
	json .vips[0].holder null
	run --separate-stderr -0 halb check -f $SITE --format json
	json .vips[0].holder null
	humble -f $SITE
	[ "$status" = 0 ]
	has "$output" 'ok  holder-unknown'
	humble -q -f $SITE
	equal "$output" ''
}

@test "a machine outside the stack that has the vIP is told of" {
	site "s/$VIP/$FREE/"
	on app1 ip addr add "$FREE/32" dev eth0
	look -f $SITE
	equal "$(finding address-taken)" "warning $FREE null: 02:00:c0:a8:0b:1f"
	humble -f $SITE --format json
	equal "$(finding address-taken)" "warning $FREE null: 02:00:c0:a8:0b:1f"
}

@test "a host that is not ready is a warning before the failover, and no failure of register" {
	fault kill-haproxy lb2
	fault freeze-haproxy lb3
	look
	json '[.exit, .status, .vips[0].tcp.ok, .vips[0].holder.host]' '[1,"warning",true,"lb1"]'
	equal "$(finding host-not-ready)" \
		$'warning 192.168.11.13:6443 lb2: connection refused\nwarning 192.168.11.14:6443 lb3: timed out after 3 s'
	json '[.vips[0].hosts[] | [.name, .tcp.ok, .tls.ok]]' \
		'[["lb1",true,true],["lb2",false,null],["lb3",true,false]]'
	SECONDS=0
	run -0 --separate-stderr halb register --wait 60s --format json
	json .status warning
	[ $SECONDS -lt 30 ] # a warning is not waited for
}

@test "where HAProxy listens on the vIP alone, that is said, and is no warning" {
	local n
	for n in 1 2 3; do
		on lb$n nft -f - <<-END
			table inet halb_e2e {
				chain in {
					type filter hook input priority -5
					ip daddr 192.168.11.1$((n + 1)) tcp dport 6443 reject with tcp reset
				}
			}
		END
	done
	look
	json .exit 0
	equal "$(finding host-not-ready)" "ok $VIP:6443 null: HAProxy listens on the vIP alone"
}

# certificate PORT DAYS SAN: a server on app1 that shows it
certificate() {
	on app1 sh -s "$@" <<-'END'
		mkdir /tmp/halb-e2e-$1 && cd /tmp/halb-e2e-$1
		exec 2> log
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out csr \
			-subj /CN=e2e
		echo "subjectAltName=$3" > ext
		openssl x509 -req -in csr -signkey key -days $2 -extfile ext -out cert
		openssl s_server -accept $1 -cert cert -key key -www > /dev/null 2>&1 < /dev/null &
		echo $! > /tmp/halb-e2e-$1.pid
	END
}

# certified PORT: what is said of it
certified() {
	site '/^stack:/,$d' "s/$VIP/192.168.11.31/" "s/port: 6443/port: $1/" 's|http: .*|http: /|'
	look -f $SITE
	json '.findings[] | select(.code == "tls-failed") | "\(.severity) \(.actual)"' |
		sed 's/ on 20.*//; s/Z\{0,1\}$//'
}

@test "a certificate that has expired, that will soon, and one for other names" {
	certificate 7441 -1 DNS:kube.lime.lan
	certificate 7442 10 DNS:kube.lime.lan
	certificate 7443 90 DNS:other.lime.lan
	certificate 7444 90 DNS:kube.lime.lan
	equal "$(certified 7444)" ''
	equal "$(certified 7441)" 'critical the certificate expired'
	equal "$(certified 7442)" 'warning it expires'
	equal "$(certified 7443)" 'warning one for other.lime.lan'
}
