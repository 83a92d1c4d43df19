# SPDX-License-Identifier: Apache-2.0
# What a client sees of a fault, layer by layer, and who has the vIP meanwhile.

load lib

setup_file() {
	fresh
	halb register --no-verify $PIN
	replicated
}

teardown() {
	unrouted
	on lb2 ip addr delete "$VIP/32" dev eth0 2> /dev/null || true
	healed
}

# watched SECONDS ARG...: the report of a watch of six seconds, and of what is done a second into it
watched() {
	local fault=$1
	shift
	(sleep 1.5; $fault) > /dev/null 2>&1 < /dev/null &
	run --separate-stderr halb watch --duration 6s --format json "$@"
	wait
}

# held CLASS: whether the connection that talks was lost that way
held() {
	json "[.outages[] | select(.layer == \"held\" and (.what | endswith(\" chatty\"))) |
		.phases[].class] | index(\"$1\") != null" true
}

# layer NAME: how many outages it had, and of what
layer() {
	json "[.outages[] | select(.layer == \"$1\") | .what] | sort | join(\" \")"
}

killed() {
	fault kill-haproxy lb1
}

frozen() {
	fault freeze-haproxy lb1
}

twice() {
	on lb2 ip addr add "$VIP/32" dev eth0
	sleep 2
	on lb2 ip addr delete "$VIP/32" dev eth0
}

# held: somebody answers for the vIP
held() {
	adm "arping -q -c 1 -w 1 -I eth0 $VIP"
}

unheld() {
	! held
}

cut() {
	fault cut-host dc2
}

@test "without a fault all is well, in every layer" {
	watched true
	equal "$status" 0
	json '[.status, .exit, .outages, .holders[0].host, .holders_known, .split_brain_known]' \
		'["ok",0,[],"lb1",true,true]'
	json '[.series[].layer] | unique | join(" ")' 'dns held http tcp tls'
	json '[.series[] | select(.layer == "dns")] | length' 6
	json '[.series[] | select(.layer == "dns") | .what] | unique | length' 6
	json '.probes | (.sent + .unknown) >= 590 and .ok == .sent' true
	json '.latency_ms | .p50 > 0 and .p50 <= .p99 and .p99 <= .max' true
}

@test "a HAProxy that is killed costs little, and the next host has the vIP" {
	watched killed --period 1ms
	equal "$status" 2
	json '[.outages[] | select(.layer == "tcp")] | length' 1
	json '.outages[] | select(.layer == "tcp") | .min_ms <= .max_ms and .max_ms < 1000 and (.phases | length) > 0' true
	json '[.holders[].host] | join(" ")' 'lb1 lb2'
	json '.split_brain | length' 0
	equal "$(layer dns)" ''
	held reset
}

@test "a HAProxy that is frozen takes connections, and no request is answered" {
	watched frozen
	equal "$status" 2
	equal "$(layer http)" "$VIP:6443"
	equal "$(layer tls)" "$VIP:6443"
	json '[.outages[] | select(.layer == "http") | .phases[].class] | index("silence") != null' true
	held silence
	json '[.holders[].host] | join(" ")' 'lb1 lb2'
}

@test "two that have the vIP are seen while TCP never fails" {
	watched twice
	equal "$status" 2
	json '.split_brain | length' 1
	json '.split_brain[0] | (.macs | sort | join(" ")), (.ms > 500 and .ms < 4000)' \
		$'02:00:c0:a8:0b:0c 02:00:c0:a8:0b:0d\ntrue'
}

@test "behind a router the holder is known by what its HAProxy says" {
	routed
	watched killed --period 1ms
	equal "$status" 2
	json '[.holders[] | [.host, .mac, .source, .said]]' \
		'[["lb1",null,"identity","lb1"],["lb2",null,"identity","lb2"]]'
	json '[.holders_known, .split_brain_known]' '[true,false]'
	json '.holders[1].time > ([.outages[] | select(.layer == "tcp")][0].start)' true
}

@test "behind a router a HAProxy that says nothing changes no holder until another one speaks" {
	routed
	watched frozen
	json '[.holders[].host] | join(" ")' 'lb1 lb2'
}

@test "a vIP that no host has is held by nobody" {
	local host
	for host in lb1 lb2 lb3; do
		fault kill-haproxy $host
	done
	wait_for 20 unheld
	on adm ip neigh flush to "$VIP"
	run --separate-stderr halb watch --layer tcp --duration 8s --format json
	equal "$status" 2
	json '[.holders[] | [.host, .mac, .nobody]]' '[[null,null,true]]'
	run -2 halb watch --layer tcp --duration 8s
	has "$output" nobody
}

@test "a DC that is cut off is an outage of DNS there, and of nothing else" {
	watched cut --layer dns --layer tcp
	equal "$status" 2
	has "$(layer dns)" 'at dc2.lime.lan'
	lacks "$(layer dns)" 'at dc1.lime.lan'
	equal "$(layer tcp)" ''
}

@test "without privileges the holder is seen, and a split brain is not denied" {
	adm "cp $SEED $TMP.yaml; chmod 644 $TMP.yaml"
	run --separate-stderr -0 on adm setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all --bounding-set=-all "$HALB_DNS" watch -f $TMP.yaml --layer tcp \
		--duration 1s --format json
	adm "rm -f $TMP.yaml"
	json '[.holders[0].host, .holders_known, .split_brain_known]' '["lb1",true,false]'
}

@test "a longest outage makes it a verdict" {
	watched killed --layer tcp --period 1ms --max-outage 2s
	equal "$status" 0
	json '.outages | length' 1
	lab heal
	watched killed --layer tcp --period 1ms --max-outage 0ms
	[ "$status" -ge 2 ]
}

@test "what a watch cannot begin with is said before it begins" {
	run -64 halb watch --period 0ms
	run -64 halb watch --timeout nonsense
	run -64 halb watch --layer teapot
	run -64 halb watch --period 1us --timeout 10s
	run -64 halb watch --vip nonsense
	run -64 halb watch --port 70000
}
