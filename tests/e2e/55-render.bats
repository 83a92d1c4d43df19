# SPDX-License-Identifier: Apache-2.0
# render: the configuration of the stack, judged by the HAProxy and the Keepalived of adm.

load lib

setup() {
	adm "rm -rf $TMP && mkdir $TMP"
}

OUT=$TMP/out

# profile NAME: $SITE with it
profile() {
	site "s/profile: .*/profile: $1/"
}

# sums: of all that is below $OUT, hidden files too
sums() {
	adm "cd $OUT && find . -type f | sort | xargs sha256sum"
}

@test "haproxy -c and keepalived -t take every profile, and nothing else lies about" {
	halb render -o $OUT -q
	for profile in data-plane sensitive fast-rejoin no-queue fast; do
		profile $profile
		halb render -f "$SITE" -o $OUT -q
		adm "for host in lb1 lb2 lb3; do
			haproxy -c -f $OUT/\$host/haproxy.cfg && keepalived -t -f $OUT/\$host/keepalived.conf || exit 1
		done"
	done
	run -0 adm "cd $OUT && find . -type f | sort | xargs"
	equal "$output" './lb1/haproxy.cfg ./lb1/keepalived.conf ./lb2/haproxy.cfg ./lb2/keepalived.conf ./lb3/haproxy.cfg ./lb3/keepalived.conf'
}

@test "checks, vIPs of both families and every key are taken, too" {
	site "/^  subnet/d; s/^stack:/  - {name: k8s2, vip: 192.168.11.21, mac: 02:00:00:00:01:02, apex: k8s2.lime.lan}\n\
  - {name: k8s6, vip: 'fd00::11', mac: 02:00:00:00:01:03, apex: k8s6.lime.lan}\nstack:\n\
  advert_interval: 1s\n  identity: {port: 8500}\n  script: {interval: 2s, timeout: 3s, fall: 3, rise: 1}\n\
  haproxy: {log: stdout format raw daemon notice, socket: \/run\/haproxy.sock, maxconn: 9000}\n\
  timeouts: {connect: 500ms, check: 2s, queue: 7s, client: 2h, server: 90m}\n\
  default_server: {inter: 2s, fastinter: 250ms, slowstart: none}/" \
		"s/^  services:/&\n    - name: shaken\n      port: 7443\n      balance: leastconn\n      check: tls\n\
      check_ca_file: \/etc\/halb-dns\/ca.pem\n      servers: [{name: app6, address: 'fd00::31', port: 6443}]/"
	run -0 halb render -f "$SITE" -o $OUT
	has "$output" 'wrote lb3/keepalived.conf'
	adm "grep -q 'verify required ca-file /etc/halb-dns/ca.pem' $OUT/lb1/haproxy.cfg"
}

@test "the same site file gives the same bytes, and a second run leaves them alone" {
	halb render -o $OUT -q
	before=$(sums)
	adm "touch -d 2001-01-01 $OUT/lb1/haproxy.cfg"
	run -0 --separate-stderr halb render -o $OUT
	equal "$output" ''
	equal "$(sums)" "$before"
	equal "$(adm "stat -c %y $OUT/lb1/haproxy.cfg | cut -c1-4")" 2001
	halb render -o $TMP/other -q
	adm "diff -r $OUT $TMP/other"
}

@test "--diff ends with 0, 1 or 2 and writes nothing" {
	halb render -o $OUT -q
	run -0 --separate-stderr halb render --diff $OUT
	equal "$output$stderr" ''
	adm "sed -i s/8404/8405/ $OUT/lb2/haproxy.cfg && rm $OUT/lb3/keepalived.conf"
	before=$(sums)
	run -2 --separate-stderr halb render --diff $OUT
	has "$output" '-	bind *:8405'
	has "$output" '+	bind *:8404'
	has "$output" "--- $OUT/lb2/haproxy.cfg"
	has "$output" "+++ lb3/keepalived.conf"
	equal "$(sums)" "$before"
	run -2 --separate-stderr halb render --diff $OUT --format json
	equal "$(jq -r '.files[] | select(.changed) | .path' <<< "$output" | xargs)" 'lb2/haproxy.cfg lb3/keepalived.conf'
	run -1 --separate-stderr halb render --diff $TMP/nothing-here
	has "$stderr" "$TMP/nothing-here"
}

@test "where a validator refuses one file nothing is replaced, and its words are told" {
	halb render -o $OUT -q
	before=$(sums)
	adm "mkdir $TMP/bin && printf '#!/bin/sh\ncase \$3 in */lb3/*) echo no good line 7; exit 1;; esac\n' > $TMP/bin/keepalived && chmod 755 $TMP/bin/keepalived"
	profile fast
	run -78 --separate-stderr adm "PATH=$TMP/bin:\$PATH $HALB_DNS render -f $SITE -o $OUT"
	has "$stderr" 'no good line 7'
	has "$stderr" 'keepalived -t refuses lb3/keepalived.conf'
	equal "$(sums)" "$before"
	run -78 --separate-stderr adm "PATH=$TMP/bin:\$PATH $HALB_DNS render -f $SITE -o $TMP/new"
	adm "[ ! -e $TMP/new ]"
}

@test "what HAProxy refuses in a site file is refused in its words" {
	site "s/^stack:/stack:\n  haproxy: {log: nowhere format}/"
	run -78 --separate-stderr halb render -f "$SITE" -o $OUT
	has "$stderr" 'haproxy -c refuses lb1/haproxy.cfg'
	has "$stderr" 'ALERT'
}

@test "without a stack it says which keys to add" {
	site '/^stack:/,$d'
	run -78 --separate-stderr halb render -f "$SITE"
	says_error 'no stack'
	has "$stderr" 'interface, router_id, hosts'
}

@test "an unknown profile is refused with those that there are" {
	profile turbo
	run -78 --separate-stderr halb render -f "$SITE"
	says_error "control-plane, data-plane, sensitive, fast-rejoin, no-queue or fast"
}

@test "a directory that cannot be written is 73" {
	adm "touch $TMP/file"
	run -73 --separate-stderr halb render -o $TMP/file
	says_error "$TMP/file"
	run -73 --separate-stderr halb render -o /proc/halb
	says_error '/proc/halb'
}

@test "the lab's load balancers run what it made" {
	for host in lb1 lb2 lb3; do
		on "$host" cmp /etc/haproxy/haproxy.cfg "/run/lab/stack/$host/haproxy.cfg"
		run -0 on "$host" head -1 "/run/lab/stack/$host/keepalived.conf"
		has "$output" "Made by halb-dns render from halb.yaml, for $host"
	done
}
