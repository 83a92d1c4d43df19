# shellcheck shell=bash
# What the hosts' start scripts share.

# daemon_start NAME COMMAND…: in a process group of its own, whose id goes to /run/lab/NAME.pid,
# with its output in the container's log
daemon_start() {
	local name=$1
	shift
	setsid "$@" </dev/null >>/proc/1/fd/1 2>&1 &
	echo $! >"/run/lab/$name.pid"
}

# wait_for SECONDS COMMAND…: polls; false when time runs out
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= end)); then
			echo "start: gave up waiting for: $*"
			return 1
		fi
		sleep 0.2
	done
}
