# shellcheck shell=bash
# What every part of the lab shares: places, messages, privileges, the lock.

# The cache survives `down`; everything in $RUN belongs to one life of the lab.
STATE=${HALB_LAB_STATE:-/var/lib/halb-lab}
RUN=/run/halb-lab
LOCK=/run/lock/halb-lab.lock

say() {
	printf '%s\n' "$*" >&2
}

die() {
	printf 'lab: %s\n' "$*" >&2
	exit 1
}

usage_error() {
	printf 'lab: %s\nTry: %s --help\n' "$*" "$LAB" >&2
	exit 64
}

need_root() {
	((EUID == 0)) || die "must run as root: it makes network namespaces and containers"
}

need_tools() {
	local tool missing=()
	for tool in "$@"; do
		command -v "$tool" >/dev/null || missing+=("$tool")
	done
	((${#missing[@]} == 0)) || die "not installed: ${missing[*]} (ci/setup installs what the lab needs)"
}

# One `up`, `down`, `build` or `heal` at a time; the lock goes with the process. Children that
# outlive it must not inherit the descriptor, hence 9>&- where daemons are started.
take_lock() {
	exec 9>"$LOCK"
	flock -n 9 && return
	say "lab: another run holds the lab, waiting for it"
	flock -w 600 9 || die "another run has held the lab for ten minutes"
}

# now_ms: milliseconds since some fixed moment
now_ms() {
	local up
	read -r up _ </proc/uptime
	echo "$((10#${up/./} * 10))"
}

# wait_for SECONDS WHAT COMMAND…: polls until the command succeeds; false when time runs out
wait_for() {
	local limit=$1 what=$2 end
	shift 2
	end=$(($(now_ms) + limit * 1000))
	until "$@"; do
		if (($(now_ms) > end)); then
			say "lab: gave up after $limit s waiting for $what"
			return 1
		fi
		sleep 0.2
	done
}
