# shellcheck shell=bash
# The image: a Debian base made here, the packages, and the program built from this source tree.

SUITE=bookworm
BASE_IMAGE=localhost/halb-lab-base:$SUITE
IMAGE=localhost/halb-lab:latest

# apt_sources: the machine's own sources for our release, as lines for a sources.list
apt_sources() {
	# shellcheck disable=SC2016 # apt fills these in
	apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' 2>/dev/null | sed -n "s/^Debian|\(.* ${SUITE}[-a-z]* .*\)/\1/p" | sort -u
}

base_debootstrap() {
	local dir=$1 mirror
	mirror=$(apt_sources | awk -v s="$SUITE" '$3 == s { print $2; exit }')
	debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$dir" \
		${mirror:+"$mirror"} >"$STATE/debootstrap.log" 2>&1 || return 1
	apt_sources >"$dir/etc/apt/sources.list.new"
	if [[ -s $dir/etc/apt/sources.list.new ]]; then
		mv "$dir/etc/apt/sources.list.new" "$dir/etc/apt/sources.list"
	fi
	apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|ForceIPv)[^ ]* ".' \
		>"$dir/etc/apt/apt.conf.d/90machine" || true
	rm -rf "$dir"/var/cache/apt/archives/*.deb "$dir"/var/lib/apt/lists/*
}

base_make() {
	local dir=$STATE/base.new id
	pod image exists "$BASE_IMAGE" && return
	if command -v debootstrap >/dev/null; then
		say "lab: making the Debian base (about half a minute, once)"
		rm -rf "$dir"
		if base_debootstrap "$dir"; then
			tar -C "$dir" -c . | pod import --quiet - "$BASE_IMAGE" >/dev/null
			rm -rf "$dir"
			return
		fi
		rm -rf "$dir"
		say "lab: debootstrap failed, see $STATE/debootstrap.log; pulling debian:12 instead"
	fi
	id=$(pod pull --quiet docker://debian:12) ||
		die "neither debootstrap nor a registry gave a Debian base"
	pod tag "$id" "$BASE_IMAGE"
}

# source_files: the files, NUL-separated and sorted, that the program is built from. What git
# ignores is left out; without git, what building leaves behind in a tree.
source_files() (
	cd "$TOP" || return
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -z --cached --others --exclude-standard
	else
		find . -type f ! -name '*.o' ! -name '*.a' ! -name '*.log' ! -name '*.trs' -printf '%P\0'
	fi | grep -zvE '^(\.git|\.ci/|ci/|tests/(lab|e2e)/|autom4te\.cache/|build)|/\.deps/|\.dirstamp$' |
		sort -z | while IFS= read -r -d '' file; do
		[[ -f $file ]] && printf '%s\0' "$file"
	done || true
)

# source_hash: changes whenever the image would
source_hash() {
	{
		(cd "$TOP" && source_files | xargs -0r sha256sum)
		sha256sum <"$DIR/Containerfile"
		sha256sum <"$DIR/packages.txt"
		sha256sum <"$DIR/hosts/dc/provision"
	} | sha256sum | cut -c1-32
}

image_hash() {
	pod image inspect --format '{{index .Labels "halb.source"}}' "$IMAGE" 2>/dev/null || true
}

build_context() {
	local ctx=$STATE/context
	rm -rf "$ctx"
	mkdir -p "$ctx/src"
	cp "$DIR/packages.txt" "$ctx/lab-packages.txt"
	cp "$DIR/hosts/dc/provision" "$ctx/lab-provision"
	(cd "$TOP" && source_files | tar --null -T - -c) | tar -C "$ctx/src" -x
	echo "$ctx"
}

# image_build: does nothing when the image is that of the present sources
image_build() {
	local hash ctx
	hash=$(source_hash)
	[[ $(image_hash) != "$hash" ]] || return 0
	base_make
	say "lab: building the image (log: $STATE/build.log)"
	ctx=$(build_context)
	mkdir -p "$STATE/ccache"
	if ! pod build --quiet --layers --pull-never --network host --isolation oci \
		--cap-add SYS_ADMIN --cgroup-parent /halb-lab-build \
		--ulimit "nofile=$(limit_of -Hn 1048576)" --ulimit "nproc=$(limit_of -Hu 32768)" \
		--volume "$STATE/ccache:/var/cache/ccache" --label "halb.source=$hash" \
		--tag "$IMAGE" --file "$DIR/Containerfile" "$ctx" >"$STATE/build.log" 2>&1; then
		tail -n 40 "$STATE/build.log" >&2
		die "building the image failed, the whole log is $STATE/build.log"
	fi
	pod image prune --force >/dev/null 2>&1 || true
}

# program_refresh: installs the image's halb-dns in a running adm that was started from an older
# image, without starting it anew: its journal and whatever was tried there stay.
program_refresh() {
	local hash mark=$RUN/state/adm/program
	container_init adm >/dev/null || return 0
	hash=$(image_hash)
	[[ $(cat "$mark" 2>/dev/null) != "$hash" ]] || return 0
	if [[ -e $mark ]]; then
		say "lab: installing the new halb-dns in adm"
		pod run --rm --pull never --network none --cgroup-parent /halb-lab "$IMAGE" \
			tar -C /halb-install -c . | in_host adm tar -C / -x --no-overwrite-dir --keep-directory-symlink
	fi
	echo "$hash" >"$mark"
}

cmd_build() {
	need_root
	need_tools podman runc
	take_lock
	podman_prepare
	image_build
	program_refresh
	say "lab: the image is that of the present sources"
}
