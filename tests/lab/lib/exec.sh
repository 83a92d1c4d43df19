# shellcheck shell=bash
# `exec`: a command in a host, as if it had been started there.

# The command gets this process's own stdin, stdout and stderr; so it has a terminal exactly if
# they are one. It runs in the background only so that signals sent to `lab` can be passed on.
cmd_exec() {
	local host=${1-} pid helper status=0
	(($# >= 2)) || usage_error "exec needs a host and a command"
	need_host "$host"
	need_root
	shift
	pid=$(container_init "$host") || die "$host is not up (try: $LAB up $host)"
	host_enter "$host" "$pid" "$@" <&0 &
	helper=$!
	for signal in HUP INT QUIT TERM USR1 USR2; do
		# shellcheck disable=SC2064 # now: the names are final
		trap "exec_pass_on $signal $helper" "$signal"
	done
	while :; do
		status=0
		wait "$helper" || status=$?
		kill -0 "$helper" 2>/dev/null || break
	done
	exit "$status"
}

# exec_pass_on SIGNAL HELPER: to the command, which is the helper's child. Keys on a terminal
# reach the command by themselves.
exec_pass_on() {
	local child
	if [[ ($1 == INT || $1 == QUIT) && -t 0 ]]; then return; fi
	for child in $(cat "/proc/$2/task/$2/children" 2>/dev/null); do
		kill -s "$1" "$child" 2>/dev/null || true
	done
}
