# SPDX-License-Identifier: Apache-2.0
# The resolver loop and the probes: what they see, how long they wait, how they end.

load lib

setup() {
	fresh
}

teardown() {
	healed
	if [[ $BATS_TEST_DESCRIPTION == *zone* ]]; then drop_zones; fi
}

SHUT='--port 6444' # nobody listens there

registered() {
	run -0 halb register --wait 60s --format json
	json .applied 3
	replicated
}

# finding CODE: of $output, "SEVERITY SERVER OBJECT" a line
finding() {
	json ".findings[] | select(.code == \"$1\") | \"\\(.severity) \\(.server) \\(.object)\""
}

@test "verify sees what is right, in all parts that the contract names" {
	registered
	run -0 --separate-stderr halb verify --wait 60s --format json
	equal "$stderr" ''
	json '[.command, .status, .exit, .domain, .findings]' '["verify","ok",0,"lime.lan",[]]'
	json '[.servers[] | [.name, .address, .dns.reachable, .dns.authoritative, .dns.resolving,
		(.dns.serial | type), (.dns.ms > 0), (.ldap | keys)]] | sort' \
		'[["dc1.lime.lan","192.168.11.2",true,true,true,"number",true,["reachable","written"]],["dc2.lime.lan","192.168.11.3",true,true,true,"number",true,["reachable","written"]]]'
	json '[.names[] | [.name, .chain, .addresses, (.ms > 0)]]' '[["k8s1.lime.lan",["k8s1.lime.lan"],["192.168.11.11"],true],["kube.lime.lan",["kube.lime.lan","k8s1.lime.lan"],["192.168.11.11"],true]]'
	json '[.vips[] | [.address, .port, .tcp.ok, (.tcp.ms > 0), .tls.ok, (.tls.ms > 0), .http.status,
		(.http.ms > 0), has("holder")]]' '[["192.168.11.11",6443,true,true,true,true,200,true,true]]'
}

@test "verify needs no login and writes nothing" {
	halb register $PIN --no-verify
	site 's|keytab: .*|keytab: /none|'
	before=$(dump)
	run -0 halb verify $PIN -f $SITE
	equal "$(dump)" "$before"
}

@test "verify of what was never registered is critical" {
	run -2 --separate-stderr halb verify --wait 1s --format json
	json '[.status, .exit]' '["critical",2]'
	has "$(finding dns-mismatch)" 'critical dc1.lime.lan k8s1.lime.lan'
	has "$(finding dns-mismatch)" 'critical dc2.lime.lan kube.lime.lan'
	json '.findings[0] | [.balancer, (.expected | length > 0), (.hint | length > 0)]' '["k8s1",true,true]'
}

@test "verify waits until the record comes" {
	halb register $PIN --no-verify
	halb unregister $PIN
	adm "halb-dns verify $PIN --wait 60s --format json > $TMP/verify.json; echo \$? > $TMP/status" &
	waiting=$!
	sleep 1
	on adm test ! -e $TMP/status
	halb register $PIN --no-verify
	wait $waiting
	equal "$(on adm cat $TMP/status)" 0
}

@test "a record that was removed at one DC behind our back is found" {
	registered
	adm "samba-tool dns delete dc2.lime.lan lime.lan kube CNAME k8s1.lime.lan $ADMIN"
	run -2 halb verify --wait 1s --format json
	has "$output" 'dns-mismatch'
	json .status critical
	has "$(json '.findings[] | select(.server == "dc2.lime.lan") | .object')" kube.lime.lan
	json '.servers[] | select(.name == "dc2.lime.lan") | [.dns.reachable, .dns.resolving]' '[true,false]'
}

@test "a record of another address is a mismatch that shows both" {
	registered
	run -2 halb verify --wait 1s --vip 192.168.11.99 --format json
	has "$(json '.findings[] | select(.code == "dns-mismatch") | .expected + " " + .actual')" 192.168.11.99
	has "$(json '.findings[] | select(.code == "dns-mismatch") | .expected + " " + .actual')" $VIP
}

@test "register while the vIP does not answer writes the records, and ends with 81" {
	run -81 --separate-stderr halb register $PIN $SHUT --wait 1s --format json
	json '[.status, .exit, .applied, .error.category]' '["critical",81,3,"not-verified"]'
	has "$(finding vip-refused)" critical
	json '[.vips[] | [.port, .tcp.ok]]' '[[6444,false]]'
	says_error 'halb-dns'
	equal "$(answer dc1 kube.lime.lan A | wc -l)" 2
	equal "$(lease $MAC)" $VIP
}

@test "register --no-verify does not look" {
	run -0 halb register $PIN $SHUT --no-verify --format json
	json 'has("servers") or has("vips")' false
	json .applied 3
}

@test "a service that speaks no TLS, and one that answers 404, are told apart" {
	halb register $PIN --no-verify
	site 's/- port: 6443$/- port: 8404/'
	run -2 halb verify $PIN -f $SITE --wait 1s --format json
	has "$(finding tls-failed)" critical
	json '[.vips[0].tcp.ok, .vips[0].tls.ok]' '[true,false]'
	site 's|http: /livez|http: /nothing-here|'
	run -2 halb verify $PIN -f $SITE --wait 1s --format json
	has "$(finding http-failed)" critical
	json '[.vips[0].tls.ok, .vips[0].http.status]' '[true,404]'
}

@test "Ctrl-C during the wait says what was written, and ends at once with 81" {
	put $TMP/wait.exp <<-END
		set timeout 30
		spawn halb-dns register $PIN $SHUT --wait 600s
		expect {
			" s of 600" {}
			default { exit 3 }
		}
		send "\003"
		set timeout 10
		expect {
			eof {}
			default { exit 4 }
		}
		exit [lindex [wait] 3]
	END
	run -81 on adm expect $TMP/wait.exp
	has "$output" interrupted
	has "$output" '3 changes written'
	equal "$(rcode dc1 kube.lime.lan A)" NOERROR
}

@test "progress shows on a terminal, and in a pipe it does not" {
	run -81 on adm script -qec "halb-dns register $PIN $SHUT --wait 1s" /dev/null
	has "$output" ' s of 1'
	run -81 --separate-stderr halb register $PIN $SHUT --wait 1s
	lacks "$stderr$output" ' s of 1'
	lacks "$stderr$output" $'\r'
	lacks "$stderr$output" $'\e'
}

# Samba's DNS server answers for a zone that is gone until it is started anew. So the zones here are
# none that another test's names could be in.

@test "a reverse zone gets the PTR, and verify asks for it" {
	adm "samba-tool dns zonecreate dc1.lime.lan $REVERSE $ADMIN"
	site '/^stack:/,$d' '/^    probes:/,$d' 's/backend: ad/backend: none/' 's/vip: .*/vip: 10.77.0.11/'
	run -0 halb register $PIN -f $SITE --wait 60s --format json
	json '.changes[] | select(.type == "PTR") | [.action, .name, .zone, .after]' \
		"[\"add\",\"11.0.77.10.in-addr.arpa\",\"$REVERSE\",\"k8s1.lime.lan\"]"
	equal "$(node dc1 11.0 '.records[] | [.type, .data, .ttl, .timestamp, .rank] | tostring' $REVERSE)" \
		'["PTR","k8s1.lime.lan",900,0,240]'
	equal "$(answer dc1 -x 10.77.0.11)" '11.0.77.10.in-addr.arpa. 900 PTR k8s1.lime.lan.'
	run -0 halb verify $PIN -f $SITE --wait 60s --format json
	json .status ok
	adm "samba-tool dns delete dc1.lime.lan $REVERSE 11.0 PTR k8s1.lime.lan $ADMIN"
	run -1 halb verify $PIN -f $SITE --wait 1s --format json
	has "$(finding ptr-missing)" 'warning dc1.lime.lan'
	site '/^stack:/,$d' '/^    probes:/,$d' 's/backend: ad/backend: none/' 's/vip: .*/vip: 10.77.0.11/' \
		's/ptr: auto/ptr: yes/'
	run -2 halb verify $PIN -f $SITE --wait 1s --format json
	has "$(finding ptr-missing)" 'critical dc1.lime.lan'
}

@test "without a reverse zone, ptr yes is refused, and ptr auto and no make none" {
	site 's/ptr: auto/ptr: yes/'
	run -78 --separate-stderr halb plan $PIN -f $SITE --format json
	json '.findings[0] | [.code, .object]' '["zone-missing","11.11.168.192.in-addr.arpa"]'
	for edit in 's/ptr: auto/ptr: no/' 's/ptr: auto/ptr: "auto"/'; do
		site "$edit"
		run -0 halb plan $PIN -f $SITE --format json
		json '[.changes[].type]' '["A","CNAME","DHCP"]'
	done
}

@test "a zone in the forest's partition works, too" {
	ad dc1 forestzone forest.lime.lan
	# has the DNS server load its zones again
	adm "samba-tool dns zonecreate dc1.lime.lan $REVERSE $ADMIN"
	site 's/k8s1.lime.lan/k8s1.forest.lime.lan/' 's/kube.lime.lan/kube.forest.lime.lan/'
	run -0 halb register $PIN -f $SITE --wait 60s --format json
	json '.changes[0].dn' \
		DC=k8s1,DC=forest.lime.lan,CN=MicrosoftDNS,DC=ForestDnsZones,DC=lime,DC=lan
	equal "$(node dc1 kube '[.records[].data] | tostring' forest.lime.lan)" '["k8s1.forest.lime.lan"]'
	equal "$(answer dc1 kube.forest.lime.lan A | tail -n 1)" "k8s1.forest.lime.lan. 900 A $VIP"
}

# ---- faults: they cost time, so each is looked at from all sides ----

@test "with a DC down, register writes at the other and says which was not seen" {
	fault stop-dc dc2
	run -81 --separate-stderr halb register --wait 2s --format json
	json '[.applied, .server]' '[3,"dc1.lime.lan"]'
	has "$(finding dns-unreachable)" 'unknown dc2.lime.lan'
	json '.servers[] | select(.name == "dc1.lime.lan") | .dns.resolving' true
	says_error 'halb-dns'
	run -3 --separate-stderr halb verify --wait 1s --format json
	json '[.status, .exit]' '["unknown",3]'
	json '[.findings[] | .code] | unique' '["dns-unreachable"]'
	run -0 --separate-stderr halb register $PIN --wait 60s --format json
	json .applied 0
	# and when it is back, it has them
	healed
	run -0 --separate-stderr halb verify --wait 60s --format json
	json '.servers[] | select(.name == "dc2.lime.lan") | .dns.resolving' true
}

@test "with haproxy dead everywhere the vIP is critical, and the names are not" {
	halb register $PIN --no-verify
	for lb in lb1 lb2 lb3; do
		fault kill-haproxy $lb
	done
	run -2 --separate-stderr halb verify $PIN --wait 1s --format json
	[ -n "$(finding vip-refused)$(finding vip-timeout)" ]
	json '.vips[0].tcp.ok' false
	json '.servers[0].dns.resolving' true
	healed
	run -0 halb verify $PIN --wait 60s
}
