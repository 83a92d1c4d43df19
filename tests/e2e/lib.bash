# SPDX-License-Identifier: Apache-2.0
# What the end-to-end tests share: the lab's hosts, and what they hold as tools see it that are not
# ours. The lab is up already; ci/test sees to that.
# shellcheck shell=bash

bats_require_minimum_version 1.8.0

# Replication and ten hosts on two cores: what fails once may be the lab, what fails twice is a failure.
export BATS_TEST_RETRIES=1

LAB=${HALB_LAB:-$BATS_TEST_DIRNAME/../lab/lab}
HALB_DNS=${HALB_DNS:-halb-dns} # as adm calls it
ADMIN='-U Administrator%Passw0rd.lime'
SERVICE=CN=config,OU=DHCP,DC=lime,DC=lan
MAC=02:00:00:00:01:01
VIP=192.168.11.11
REVERSE=77.10.in-addr.arpa
SEED=/etc/halb-dns/halb.yaml
JOURNAL=/var/lib/halb-dns/journal # root's, on each host
TMP=/tmp/halb-e2e           # on adm
SITE=$TMP/site.yaml         # on adm: what site makes

# For what one DC shows. Without it a test knows which DC was written to from .server of the report
# only, and reads a fixed one after replicated.
PIN='--server dc1.lime.lan'

# lab ARG...: without bats' own descriptor, which a daemon that this starts would keep open, and bats
# waits until nobody does
lab() {
	"$LAB" "$@" 3>&-
}

# on HOST COMMAND...: as it stands, on a host of the lab
on() {
	lab exec "$@"
}

# adm 'SHELL COMMAND': on the administrator's host
adm() {
	lab exec adm bash -o pipefail -c "$1"
}

# halb ARG...: the program
halb() {
	lab exec adm "$HALB_DNS" "$@"
}

# fault NAME HOST: healed() in teardown undoes it, whatever became of the test
fault() {
	touch "$BATS_TEST_TMPDIR/faulty"
	lab fault "$@"
}

healed() {
	[ ! -e "$BATS_TEST_TMPDIR/faulty" ] || { lab heal && rm "$BATS_TEST_TMPDIR/faulty"; }
}

# ad DC COMMAND [ARG...]: see ad.py
ad() {
	lab exec adm python3 - "$@" < "$BATS_TEST_DIRNAME/ad.py"
}

# acl keep DN | restore: remembers an object's access list, and puts back all that were remembered,
# which a teardown does
acl() {
	local kept=$BATS_TEST_TMPDIR/acl dn hex
	if [ "$1" = keep ]; then
		hex=$(on adm python3 - dc1 get "$2" < "$BATS_TEST_DIRNAME/acl.py")
		echo "$2 $hex" >> "$kept"
	elif [ -e "$kept" ]; then
		while read -r dn hex; do
			on adm python3 - dc1 set "$dn" "$hex" < "$BATS_TEST_DIRNAME/acl.py"
		done < "$kept"
		rm "$kept"
		ad dc2 replicate dc1
	fi
}

# Every test starts from this: the directory without what the tests make, an empty $TMP, and no
# memory of an earlier run, nor of the DC that it wrote to.
fresh() {
	ad dc1 clean dc2
	adm "rm -rf $TMP $JOURNAL && mkdir $TMP"
}

# Takes away the zones that tests make.
drop_zones() {
	ad dc1 clean dc2
	adm "samba-tool dns zonedelete dc1.lime.lan $REVERSE $ADMIN > /dev/null 2>&1 || true"
}

# dump [DC]: the DNS zones and the DHCP service there, as text that can be compared. Each object's
# uSNChanged is in it, so that a write which changes nothing shows, too.
dump() {
	ad "${1:-dc1}" dump
}

# values: of a dump, what does not count the writes
values() {
	grep -v ' uSNChanged '
}

# replicated: both DCs hold the same
replicated() {
	ad dc1 replicate dc2
	ad dc2 replicate dc1
	wait_for 30 same_at_both || diff <(dump dc1 | values) <(dump dc2 | values)
}

same_at_both() {
	local here there
	here=$(dump dc1 | values) && there=$(dump dc2 | values) && [ -n "$here" ] && [ "$here" = "$there" ]
}

# node DC NAME FILTER [ZONE]: of the dnsNode, as Samba decodes it, what jq's filter takes
node() {
	ad "$1" node "$2" ${4+"$4"} | jq -r "$3"
}

# query DC NAME TYPE [ZONE]: what that DC's own tool says stands there
query() {
	adm "samba-tool dns query $1.lime.lan ${4:-lime.lan} $2 $3 $ADMIN 2>&1"
}

# answer DC NAME TYPE: the answer section of dig, a record a line: NAME TTL TYPE DATA
answer() {
	adm "dig @$1.lime.lan +noall +answer +norecurse +time=2 $2 $3" | awk '{ print $1, $2, $4, $5 }'
}

# rcode DC NAME TYPE: NOERROR, NXDOMAIN, ...
rcode() {
	adm "dig @$1.lime.lan +norecurse +time=2 $2 $3" | sed -n 's/.*status: \([A-Z]*\),.*/\1/p'
}

# reserved: the DHCP reservations as ldbsearch sees them
reserved() {
	adm "ldbsearch -H ldap://${1:-dc1}.lime.lan $ADMIN -b $SERVICE '(objectClass=dhcpHost)' \
		cn dhcpHWAddress dhcpStatements dhcpOption adminDescription 2> /dev/null"
}

# lease MAC: what a DHCP client with that MAC is given
lease() {
	lab lease "$1" 2> /dev/null
}

# routed: adm reaches the vIP through app3, which tells it of no shorter way. unrouted() in teardown.
routed() {
	ip netns exec halb-app3 sh -c 'cd /proc/sys/net/ipv4 && echo 1 > ip_forward &&
		echo 0 > conf/all/send_redirects && echo 0 > conf/eth0/send_redirects' ||
		skip 'nothing can be made a router here'
	on adm ip route add "$VIP/32" via 192.168.11.33
}

unrouted() {
	on adm ip route del "$VIP/32" 2> /dev/null || true
}

# site [SED SCRIPT...]: makes $SITE on adm of the seed's site file, with these edits; each of them is
# meant to change something
site() {
	local text edit edited
	text=$(on adm cat "$SEED")
	for edit; do
		edited=$(sed "$edit" <<< "$text")
		[ "$edited" != "$text" ] || {
			echo "site: this changes nothing: $edit"
			return 1
		}
		text=$edited
	done
	put "$SITE" <<< "$text"
}

# nightly DC FUNCTION: what Samba does by itself once a day, a function of its Python's dsdb
nightly() {
	on "$1" python3 - "$2" <<-END
		import sys
		from samba import dsdb
		from samba.auth import system_session
		from samba.param import LoadParm
		from samba.samdb import SamDB
		lp = LoadParm()
		lp.load_default()
		path = lp.private_path("sam.ldb")
		getattr(dsdb, sys.argv[1])(SamDB(url=path, session_info=system_session(), lp=lp))
	END
}

# put PATH: standard input, as a file on adm that only root reads
put() {
	on adm sh -c "umask 077; cat > $1"
}

# json FILTER [VALUE]: takes $output apart; with VALUE, it must be that
json() {
	local found
	found=$(jq -rc "$1" <<< "$output")
	if [ $# = 1 ]; then
		echo "$found"
	elif [ "$found" != "$2" ]; then
		echo "json: $1 is $found, not $2, in:"
		echo "$output"
		return 1
	fi
}

# equal FOUND WANTED: with both shown where they differ
equal() {
	[ "$1" = "$2" ] || {
		diff <(echo "$2") <(echo "$1")
		return 1
	}
}

# has TEXT PART: with both shown where it is not so
has() {
	[[ $1 == *"$2"* ]] || {
		echo "'$2' is not in: $1"
		return 1
	}
}

# lacks TEXT PART
lacks() {
	[[ $1 != *"$2"* ]] || {
		echo "'$2' is in: $1"
		return 1
	}
}

# wait_for SECONDS COMMAND...: until it holds
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		if [ $SECONDS -ge $until ]; then
			echo "gave up waiting for: $*"
			return 1
		fi
		sleep 0.3
	done
}

# says_error WHAT: standard error is one message about WHAT, perhaps with what to do
says_error() {
	local first=0
	while [[ ${stderr_lines[first]} == 'halb-dns: warning'* ]]; do
		first=$((first + 1))
	done
	has "${stderr_lines[first]}" 'halb-dns: '
	has "$stderr" "$1"
	[ $((${#stderr_lines[@]} - first)) -le 2 ]
	[ $((${#stderr_lines[@]} - first)) = 1 ] || has "${stderr_lines[first + 1]}" 'halb-dns:   -> '
}

# refuses STATUS WHAT ARG...: ends with that status and one clear message about WHAT, with a hint,
# in text and in JSON; prints no report as text, and leaves the directory as it is
refuses() {
	local status_wanted=$1 what=$2 before
	shift 2
	before=$(dump)
	run --separate-stderr "-$status_wanted" halb "$@"
	equal "$output" ''
	says_error "$what"
	has "$stderr" 'halb-dns:   -> '
	run --separate-stderr "-$status_wanted" halb "$@" --format json
	json .status error
	json .exit "$status_wanted"
	has "$(json .error.message)" "$what"
	[ "$(json '.error.category | length')" -gt 0 ]
	[ "$(json '.error.hint | length')" -gt 0 ]
	equal "$(dump)" "$before"
}
