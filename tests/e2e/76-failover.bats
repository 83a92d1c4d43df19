# SPDX-License-Identifier: Apache-2.0
# The DC dies, hangs or is cut off in the middle of a run.

load lib

BOTH='--server dc1.lime.lan --server dc2.lime.lan' # dc1 is written to
MANY=100 # so many are read at once, and written one by one

setup() {
	fresh
	adm "rm -rf /var/lib/halb-dns/journal"
	many
}

teardown() {
	adm "[ ! -e $TMP/pid ] || kill -KILL \$(cat $TMP/pid) 2> /dev/null" || true
	arrives -
	healed
	fresh
}

# many [TTL]: $SITE with so many balancers, each a name and a reservation, around the DHCP range
many() {
	on adm sed '/^balancers:/,$d' "$SEED" | cat - <(
		echo balancers:
		for i in $(seq $MANY); do
			printf -- "- {name: many-%d, vip: 192.168.11.%d, mac: '02:00:00:00:02:%02x', apex: many-%d.lime.lan, ttl: %d}\n" \
				"$i" $((i < 50 ? 50 + i : 150 + i)) "$i" "$i" "${1:-900}"
		done
	) | put "$SITE"
}

# stopped_at N ARG...: the program, stopped at its Nth write(2); goes_on lets it end
stopped_at() {
	local n=$1
	shift
	adm "(strace -f -qq -o /dev/null -e trace=write -e inject=write:signal=STOP:when=$n \
			$HALB_DNS $* > $TMP/out 2> $TMP/err < /dev/null; echo \$? > $TMP/status) > /dev/null 2>&1 &
		still=0
		for i in \$(seq 200); do
			pid=\$(pgrep -x -n $(basename "$HALB_DNS")) && grep -qi '^State:.t' /proc/\$pid/status \
				&& still=\$((still + 1)) || still=0
			[ \$still -lt 5 ] || break
			sleep 0.05
		done
		echo \$pid > $TMP/pid; [ \$still = 5 ]"
}

goes_on() {
	adm "kill -CONT \$(cat $TMP/pid)"
	wait_for 90 adm "[ -e $TMP/status ]"
	adm "cat $TMP/err"
	equal "$(adm "cat $TMP/status")" "$1"
}

# arrives +|-: nothing comes to dc2 by replication, or all does again
arrives() {
	on dc2 samba-tool drs options dc2 "--dsa-option=$1DISABLE_INBOUND_REPL" $ADMIN > /dev/null
}

# made DC: how many of the names stand there
made() {
	adm "ldbsearch -H ldap://$1.lime.lan $ADMIN -b DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan \
		'(name=many-*)' dn 2> /dev/null" | grep -c '^dn: ' || true
}

@test "what only the dead DC may have is named, never made twice, and finished when it is back" {
	arrives +
	stopped_at 60 register $BOTH -f $SITE --no-verify
	fault stop-dc dc1
	goes_on 75
	has "$(adm "cat $TMP/err")" 'start dc1.lime.lan and run it again'
	equal "$(made dc2)" 0
	run --separate-stderr -75 halb register $BOTH -f $SITE --no-verify
	says_error 'dc2.lime.lan does not have all of what dc1.lime.lan may have'
	arrives -
	healed
	run -0 --separate-stderr halb register $BOTH -f $SITE --no-verify
	replicated
	lacks "$(dump dc1)" 'CNF:'
	equal "$(made dc2)" $MANY
}

# changes_at_dc2 FAULT N: what both know is changed there, in one run, after the Nth write(2)
changes_at_dc2() {
	halb register $BOTH -f $SITE --no-verify > /dev/null
	replicated
	many 60
	stopped_at "$2" register $BOTH -f $SITE --no-verify --format json
	fault "$1" dc1
	goes_on 0
	output=$(adm "cat $TMP/out")
	json '[.status, .server, .applied] | tostring' "[\"ok\",\"dc2.lime.lan\",$MANY]"
	healed
	replicated
	equal "$(node dc1 many-1 '.records[].ttl')" 60
	equal "$(node dc1 many-$MANY '.records[].ttl')" 60
	lacks "$(dump dc1)" 'CNF:'
}

@test "what the next DC has by replication already stays, what both know is changed there, in one run" {
	changes_at_dc2 stop-dc $((60 + MANY)) # each record's rights are asked for first
}

@test "a DC that is lost before it says what may be written is no obstacle" {
	changes_at_dc2 stop-dc 60
}

@test "a DC that is cut off in the middle is noticed, and the run goes on at the next" {
	changes_at_dc2 cut-host $((60 + MANY))
}

@test "a DC that freezes in the middle is passed over, and has what it was given when it is thawed" {
	arrives +
	stopped_at 60 register $BOTH -f $SITE --no-verify
	fault freeze-dc dc1
	goes_on 75
	has "$(adm "cat $TMP/err")" 'dc1.lime.lan is lost in the middle of it'
	has "$(adm "cat $TMP/err")" 'start dc1.lime.lan and run it again'
	run -0 --separate-stderr halb plan $BOTH -f $SITE
	has "$stderr" 'dc1.lime.lan: it takes the connection and does not answer'
	arrives -
	healed
	run -0 --separate-stderr halb register $BOTH -f $SITE --no-verify
	replicated
	lacks "$(dump dc1)" 'CNF:'
	equal "$(made dc2)" $MANY
}
