# shellcheck shell=bash
# `lab fault`, `lab heal` and `lab status` from inside adm, for `halb-dns drill -- lab fault …`:
# adm writes a line to a FIFO, a process out here answers with two files. See hosts/adm/lab.

SERVE_FIFO=$RUN/share/ask
SERVE_REPLIES=$RUN/share/replies

serve_pid() {
	local pid
	pid=$(cat "$RUN/serve.pid" 2>/dev/null) || return 1
	[[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *"/lab serve " ]] || return 1
	echo "$pid"
}

serve_start() {
	serve_pid >/dev/null && return
	mkdir -p "$SERVE_REPLIES"
	[[ -p $SERVE_FIFO ]] || mkfifo -m 0600 "$SERVE_FIFO"
	setsid "$DIR/lab" serve </dev/null >"$RUN/serve.log" 2>&1 9>&- &
	echo $! >"$RUN/serve.pid"
}

serve_stop() {
	local pid
	pid=$(serve_pid) || return 0
	kill "$pid" 2>/dev/null || true
}

cmd_serve() {
	local id words
	need_root
	exec 8<>"$SERVE_FIFO"
	while IFS=' ' read -r -u 8 id words; do
		[[ $id =~ ^[0-9-]+$ ]] && serve_one "$id" "$words"
	done
}

# serve_one ID WORDS: the status comes last, so that who sees it sees the output, too
serve_one() {
	local reply=$SERVE_REPLIES/$1 words status=0
	read -r -a words <<<"$2"
	case ${words[0]-} in
	fault | heal | status)
		"$DIR/lab" "${words[@]}" </dev/null >"$reply.out" 2>"$reply.err" 8>&- || status=$?
		;;
	*)
		: >"$reply.out"
		echo "lab: adm can ask for fault, heal and status only" >"$reply.err"
		status=64
		;;
	esac
	echo "$status" >"$reply.new"
	mv "$reply.new" "$reply.status"
}
