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
		EXEC_SIGNALLED=
		wait "$helper" && status=0 || status=$?
		[[ -n $EXEC_SIGNALLED ]] || break # else a signal may have cut the wait short
	done
	exit "$status"
}

# exec_pass_on SIGNAL HELPER: to the command, which is nsenter's child. Keys on a terminal
# reach the command by themselves.
exec_pass_on() {
	local child=
	EXEC_SIGNALLED=1
	if [[ ($1 == INT || $1 == QUIT) && -t 0 ]]; then return 0; fi
	read -r child _ 2>/dev/null <"/proc/$2/task/$2/children" || true
	[[ -z $child ]] || kill -s "$1" "$child" 2>/dev/null || true
}
