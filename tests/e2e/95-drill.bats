# SPDX-License-Identifier: Apache-2.0
# drill, and what a watch tells of itself: faults of the lab's load balancers, caused from adm.
# shellcheck shell=bash

load lib

setup() {
	adm "rm -rf $TMP && mkdir $TMP"
}

teardown() {
	healed
}

# holder: the load balancer that has the vIP
holder() {
	local host
	for host in lb1 lb2 lb3; do
		if on "$host" ip -o address | grep -q " $VIP/"; then
			echo "$host"
			return
		fi
	done
	return 1
}

# drill ARG...: a drill with a report in JSON
drill() {
	touch "$BATS_TEST_TMPDIR/faulty"
	run --separate-stderr halb drill --format json --period 5ms --settle 1s --layer tcp "$@"
}

@test "drill: measures what the death of haproxy on the holder costs, and leaves all reports" {
	local host
	host=$(holder)
	# At some 4 ms it is shorter than others' period.
	drill --period 1ms --max-outage 5s --fault kill-haproxy --events $TMP/e.jsonl --report $TMP/r.html -- \
		lab fault kill-haproxy "$host"
	[ "$status" -le 1 ] || { echo "$output" | tail -60; return 1; } # a loaded lab is slower than predicted
	json .command drill
	json '.drill.runs[0].end' done
	json '.drill.exit' 0
	json '.drill.command' "[\"lab\",\"fault\",\"kill-haproxy\",\"$host\"]"
	json '.drill.runs | length' 1
	json '.drill.runs[0].outage | .layer == "tcp" and .max_ms > 0 and .min_ms <= .max_ms' true
	json '.drill.runs[0].holder_before' "$host"
	json '.drill.runs[0] | .holder_after != null and .holder_after != .holder_before' true
	json '.outages[0].phases | length > 0' true
	json '.drill.measured_ms.median == (.drill.runs[0].outage | {min_ms, max_ms})' true
	json '.predicted_ms | .min <= .max' true
	equal "$(adm "jq -r .event $TMP/e.jsonl" | grep -c outage-ends)" "$(json '.outages | length')"
	adm "xmllint --html --noout $TMP/r.html 2> /dev/null ||
		python3 -c 'import html.parser, sys; html.parser.HTMLParser().feed(open(sys.argv[1]).read())' $TMP/r.html"
	has "$(on adm cat $TMP/r.html)" '<svg'
}

@test "drill: an outage that is too long is critical, and each run is healed" {
	local host
	host=$(holder)
	# A host that is cut off is noticed by its silence alone: far longer than the bounds are apart.
	drill --max-outage 100ms --repeat 2 --heal 'lab heal' --duration 15s -- lab fault cut-host "$host"
	[ "$status" = 2 ]
	json .status critical
	json '.drill.runs | map(.exit)' '[0,0]'
	json '.drill.measured_ms | .min.min_ms <= .max.min_ms' true
}

@test "drill: a command that fails, hangs, or is not there is unknown" {
	drill -- false
	[ "$status" = 3 ]
	json .status unknown
	json .drill.exit 1
	drill --command-timeout 300ms -- sleep 60
	[ "$status" = 3 ]
	json '.drill.runs[0].end' 'command hung'
	drill -- /nonexistent
	[ "$status" = 3 ]
	json '.drill.runs[0].end' 'command not run'
	json .drill.exit null
}

@test "drill: nothing is done where not all is well before" {
	drill --port 9 --domain lime.lan -- touch $TMP/done
	[ "$status" = 3 ]
	json '.drill.runs[0].end' 'not well before'
	adm "[ ! -e $TMP/done ]"
}

@test "watch: tells how it stands at SIGUSR1, over HTTP, and when SIGTERM ends it" {
	adm "$HALB_DNS watch --layer tcp --listen 9477 --format json > $TMP/out.json 2> $TMP/err & pid=\$!
		sleep 1
		curl -s http://127.0.0.1:9477/metrics > $TMP/metrics
		kill -USR1 \$pid; sleep 0.3; kill -TERM \$pid; wait \$pid"
	has "$(on adm cat $TMP/metrics)" "halb_dns_watch_up{layer=\"tcp\",vip=\"$VIP\",port=\"6443\",what=\"$VIP:6443\"} 1"
	equal "$(adm "jq -s 'map(.command) | join(\" \")' -r $TMP/out.json")" 'watch watch'
	equal "$(adm "jq -s 'map(.watched_ms == null) | join(\" \")' -r $TMP/out.json")" 'true false'
	if command -v promtool > /dev/null; then
		on adm cat $TMP/metrics | promtool check metrics
	fi
}

@test "watch: what cannot be had is refused before anything starts" {
	run --separate-stderr -73 halb watch --report /nonexistent/r.html
	says_error /nonexistent/r.html
	run --separate-stderr -73 halb watch --events /nonexistent/e.jsonl
	says_error /nonexistent/e.jsonl
	run --separate-stderr -73 halb watch --report /dev/null
	says_error 'not a regular file'
	run --separate-stderr -73 halb watch --listen 192.0.2.1:9477
	says_error 'cannot listen on 192.0.2.1'
	run --separate-stderr -64 halb watch --listen 127.0.0.1:99999
	says_error --listen
	run --separate-stderr -64 halb watch --period 0ms
	says_error --period
	run --separate-stderr -64 halb watch --timeout 0s
	says_error --timeout
	run --separate-stderr -64 halb drill
	says_error 'no command'
	run --separate-stderr -64 halb drill --repeat 2 -- true
	says_error --heal
	run --separate-stderr -64 halb drill --fault rain -- true
	says_error haproxy-killed
	run --separate-stderr -77 lab exec adm setpriv --reuid nobody --regid nogroup --clear-groups \
		prlimit --rtprio=0 "$(adm "command -v $HALB_DNS")" watch -f /etc/halb-dns/halb.yaml --realtime --duration 1s
	says_error --realtime
	has "$stderr" setcap
}

@test "watch: a report that cannot be written at the end is not lost" {
	adm "mkdir $TMP/gone; $HALB_DNS watch --layer tcp --duration 1s --max-outage 5s --report $TMP/gone/r.html > $TMP/out 2> $TMP/err & pid=\$!
		sleep 0.5; rmdir $TMP/gone; wait \$pid"
	has "$(on adm cat $TMP/out)" '<svg'
	has "$(on adm cat $TMP/out)" 'probes went out'
	has "$(on adm cat $TMP/err)" 'standard output'
}
