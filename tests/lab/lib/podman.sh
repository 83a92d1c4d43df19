# shellcheck shell=bash
# Podman with storage and settings of the lab's own, apart from the machine's.

pod() {
	CONTAINERS_CONF=$STATE/containers.conf podman \
		--root "$STATE/storage" --runroot "$RUN/podman" --tmpdir "$RUN/libpod" \
		--storage-driver overlay --runtime runc --cgroup-manager cgroupfs \
		--events-backend none "$@" 9>&-
}

# limit_of FLAG MOST: a limit of this shell as podman writes it. Podman's own defaults fail where
# raising limits is forbidden, and it lowers the number of processes to 32768 before it starts any.
limit_of() {
	local limit most=$2
	limit=$(ulimit "$1")
	[[ $limit != unlimited ]] && ((limit < most)) || limit=$most
	echo "$limit:$limit"
}

podman_prepare() {
	local nofile nproc
	mkdir -p "$STATE" "$RUN"
	nofile=$(limit_of -Hn 1048576)
	nproc=$(limit_of -Hu 32768)
	cat >"$STATE/containers.conf" <<-EOF
		# Written by tests/lab/lab.
		[containers]
		default_ulimits = ["nofile=$nofile", "nproc=$nproc"]
		log_driver = "k8s-file"
		[engine]
		lock_type = "file"
		image_default_transport = "docker://"
	EOF
}

container_running() {
	[[ $(pod container inspect --format '{{.State.Running}}' "halb-$1" 2>/dev/null) == true ]]
}

# container_init HOST: pid, in the machine's PID namespace, of the host's first process
container_init() {
	local pid
	pid=$(cat "$RUN/pid/$1" 2>/dev/null) || return 1
	[[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *"/lab/init $1 "* ]] || return 1
	echo "$pid"
}

show_log() {
	say "--- last lines of $1's log"
	pod logs --tail 25 "halb-$1" >&2 2>&1 || true
	say "---"
}
