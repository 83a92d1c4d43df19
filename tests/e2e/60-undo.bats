# SPDX-License-Identifier: Apache-2.0
# The journal, undo and history; runs that are killed at any point.

load lib

K8S1=DC=k8s1,DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan

setup() {
	fresh
}

teardown() {
	adm "if mountpoint -q $JOURNAL; then umount $JOURNAL; fi"
}

registered() {
	run -0 halb register --no-verify $PIN --format json
	json .applied 3
	ID=$(json .journal)
	[[ $ID =~ ^20[0-9]{6}T[0-9]{6}Z-[0-9]{3}$ ]]
}

# lives DC NAME: there is a record, and no tombstone
lives() {
	[ "$(node "$1" "$2" '.exists and (.tombstoned | not)')" = true ]
}

# what: the values without the tombstones, and without what counts the writes
what() {
	dump | values | grep -v -e "$K8S1" -e "DC=kube,"
}

# ---- undo ----

@test "undo after register leaves tombstones, and all else as it was" {
	before=$(dump | values)
	registered
	run -0 halb undo $PIN --format json
	json .applied 3
	json .undoes "$ID"
	json '[.changes[].action] | unique' '["delete"]'
	for name in k8s1 kube; do
		node dc1 "$name" '[.tombstoned, .mark, (.records | map(.type))] | tostring' > "$BATS_TEST_TMPDIR/node"
		equal "$(cat "$BATS_TEST_TMPDIR/node")" '[true,null,["TOMBSTONE"]]'
		equal "$(rcode dc1 "$name.lime.lan" A)" NXDOMAIN
	done
	equal "$(what)" "$(grep -v -e "$K8S1" -e DC=kube, <<< "$before")"
}

@test "undo after unregister brings every byte back" {
	registered
	adm "ldbmodify -H ldap://dc1.lime.lan $ADMIN" <<-END
		dn: CN=k8s1,$SERVICE
		changetype: modify
		add: dhcpComments
		dhcpComments: rack 7
	END
	before=$(dump | values)
	run -0 halb unregister $PIN
	[ "$(dump | values)" != "$before" ]
	run -0 halb undo $PIN
	equal "$(dump | values)" "$before"
	equal "$(answer dc1 kube.lime.lan A | tail -n 1)" 'k8s1.lime.lan. 900 A 192.168.11.11'
}

@test "undo twice is a redo, and history says so" {
	registered
	before=$(dump | values)
	run -0 halb undo $PIN --format json
	second=$(json .journal)
	run -0 halb undo $PIN --format json
	json .undoes "$second"
	third=$(json .journal)
	equal "$(dump | values)" "$before"
	run -0 halb history --format json
	json '[.runs[] | [.command, .outcome, .undone_by, .applied]] | tostring' \
		"[[\"undo\",\"applied\",null,3],[\"undo\",\"undone\",\"$third\",3],[\"register\",\"applied\",null,3]]"
	json '.runs[2] | [.user, .uid, .login, .server, .domain] | tostring' \
		'["root",0,"halb-dns@LIME.LAN","dc1.lime.lan","lime.lan"]'
	run -0 halb history -v
	has "$output" "undone by $third"
	has "$output" '+ add  k8s1.lime.lan  A      192.168.11.11 ttl=900'
}

@test "undo --dry-run shows the way back and writes nothing" {
	registered
	before=$(dump)
	run -0 halb undo --dry-run $PIN
	has "$output" "- delete  k8s1.lime.lan  A"
	has "$output" 'dry run: nothing written'
	equal "$(dump)" "$before"
}

@test "undo of what somebody changed since writes nothing" {
	registered
	adm "samba-tool dns update dc1.lime.lan lime.lan k8s1 A $VIP 192.168.11.77 $ADMIN"
	before=$(dump)
	run --separate-stderr -80 halb undo $PIN --format json
	json '[.findings[] | [.code, .severity, .object]] | tostring' \
		'[["record-differs","critical","k8s1.lime.lan"]]'
	has "$(json '.findings[0].actual')" 192.168.11.77
	json .applied 0
	json .journal null
	equal "$(dump)" "$before"
	run -0 halb history --format json
	json '.runs | length' 1
}

@test "undo ID goes back to an older run, and refuses what is none" {
	registered
	first=$ID
	run -0 halb register --no-verify $PIN --ttl 60 --format json
	run -80 halb undo $PIN "$first"
	run -0 halb undo $PIN
	run -0 halb undo $PIN "${first:0:19}"
	! lives dc1 k8s1
	run --separate-stderr -64 halb undo $PIN 1999
	says_error 'no such run'
	run --separate-stderr -64 halb undo $PIN one two
	says_error "takes no 'two'"
}

@test "undo with nothing to undo says so" {
	run -0 halb undo $PIN
	has "$output" 'nothing to undo'
	run -0 halb history
	has "$output" 'no run has written anything'
}

@test "a run goes first to the DC that the last one wrote to" {
	registered # at dc1, and dc2 may not know yet
	for _ in 1 2 3 4 5; do
		run -0 halb register --no-verify --format json
		json .server dc1.lime.lan
		json .applied 0
	done
}

# ---- the journal ----

@test "without room for the journal nothing is written to the directory" {
	adm "mkdir -p -m 700 $JOURNAL && mount -t tmpfs -o size=16k,mode=700 tmpfs $JOURNAL &&
		dd if=/dev/zero of=$JOURNAL/filler bs=4k 2> /dev/null; true"
	before=$(dump)
	run --separate-stderr -73 halb register --no-verify $PIN
	says_error 'No space left on device'
	equal "$(dump)" "$before"
	adm "rm $JOURNAL/filler"
	registered
}

@test "a journal that others may write to is refused" {
	adm "mkdir -p $JOURNAL && chmod 777 $JOURNAL"
	before=$(dump)
	run --separate-stderr -73 halb register --no-verify $PIN
	says_error 'others may write to it'
	equal "$(dump)" "$before"
}

@test "the journal holds no secret and is its owner's alone" {
	registered
	equal "$(adm "stat -c %a $JOURNAL $JOURNAL/*" | tr '\n' ' ')" '700 600 '
	adm "jq -es 'length == 8 and .[0].journal == 1 and .[-1].end == \"applied\"' $JOURNAL/$ID.jsonl"
}

@test "each change is a line of the audit" {
	adm "rm -f $TMP/log && timeout 20 python3 -c '
import socket, os
os.path.exists(\"/dev/log\") and os.unlink(\"/dev/log\")
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(\"/dev/log\")
out = open(\"$TMP/log\", \"wb\", 0)
while True: out.write(s.recv(65536) + b\"\n\")
' > /dev/null 2>&1 & until [ -S /dev/log ] && [ -e $TMP/log ]; do sleep 0.1; done
		$HALB_DNS register --no-verify $PIN > /dev/null && sleep 0.3 && kill %1; rm -f /dev/log"
	log=$(on adm cat $TMP/log)
	equal "$(grep -c '^<85>' <<< "$log")" 3 # authpriv.notice
	has "$log" 'add A name="k8s1.lime.lan" old="" new="192.168.11.11 ttl=900" dn="DC=k8s1,'
	has "$log" 'dc="dc1.lime.lan" user="root" uid=0 login="halb-dns@LIME.LAN" command="register" journal='
	has "$log" 'old64= new64=dnsRecord:BAABAAX'
}

# ---- runs that are killed ----

# killed CALL N ARG...: the program, dead at its Nth call of that; false where it lived
killed() {
	local call=$1 n=$2 ended=0
	shift 2
	adm "strace -f -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n \
		$HALB_DNS $* > /dev/null 2>&1" || ended=$?
	[ $ended = 0 ] || [ $ended = 137 ] || {
		echo "killed: it ended with $ended"
		exit 1
	}
	[ $ended = 137 ]
}

# settled: what history says is what the directory says, and nothing is left open
settled() {
	run -0 halb history --format json
	json '[.runs[] | select(.outcome == "unknown" or .outcome == "unreadable")] | length' 0
}

# Writes go out from the 1st fsync after the file has its name; sendto and write carry LDAP.
@test "a register that is killed at any fsync, write or link is finished by the next" {
	local reference points=0 call n
	registered
	reference=$(dump | values)
	for call in fsync linkat write; do
		for n in {1..40}; do
			fresh
			killed "$call" "$n" register --no-verify $PIN || break
			points=$((points + 1))
			run -0 halb register --no-verify $PIN --format json
			[ "$(json '.status')" = ok ]
			equal "$(dump | values)" "$reference"
			settled
			json '[.runs[] | .applied] | add' 3
		done
	done
	echo "# killed at $points points" >&3
	[ "$points" -ge 20 ]
}

@test "an undo that is killed halfway can be finished by its run's ID" {
	local n
	for n in {1..40}; do
		fresh
		registered
		killed write "$n" undo $PIN || break
		run -0 halb undo $PIN "$ID"
		! lives dc1 k8s1
		! lives dc1 kube
		settled
	done
	[ "$n" -gt 4 ]
}

@test "a killed run is settled with a warning where somebody changed its object since" {
	local n
	for n in {1..40}; do
		fresh
		killed write "$n" register --no-verify $PIN || break
		! lives dc1 k8s1 || break
	done
	lives dc1 k8s1
	adm "samba-tool dns update dc1.lime.lan lime.lan k8s1 A $VIP 192.168.11.77 $ADMIN"
	run --separate-stderr halb register --no-verify $PIN
	has "$stderr" 'somebody else has changed it since'
	run -0 halb history --format json
	json '.runs[-1].changes[0].outcome' 'changed since'
}

@test "two runs at once do not settle each other" {
	adm "for i in 1 2 3 4 5 6; do $HALB_DNS register --no-verify $PIN > $TMP/out.\$i 2>&1 & done; wait"
	run -0 halb register --no-verify $PIN --format json
	json .applied 0
	settled
	json '[.runs[] | .applied] | add' 3
}
