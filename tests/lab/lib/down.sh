# shellcheck shell=bash
# `down`: removes every trace but the cache in $STATE.

cmd_down() {
	need_root
	need_tools podman runc ip
	take_lock
	podman_prepare
	down_containers
	net_remove_all
	down_mounts
	down_cgroups
	rm -rf "$RUN"
	say "lab: down; the image stays in $STATE"
}

down_containers() {
	pod rm --all --force --time 0 >/dev/null 2>&1 || pod rm --all --force --time 0 >/dev/null
}

# What podman leaves mounted of its storage and run directories.
down_mounts() {
	local place
	awk -v a="$STATE/" -v b="$RUN/" 'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/mounts |
		sort -r | while IFS= read -r place; do
		umount "$place" 2>/dev/null || umount --lazy "$place"
	done
}

down_cgroups() {
	local dir
	for dir in /sys/fs/cgroup/halb-lab /sys/fs/cgroup/*/halb-lab; do
		[[ ! -d $dir ]] || find "$dir" -depth -type d -exec rmdir {} \; 2>/dev/null || true
	done
}
