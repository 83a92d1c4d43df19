# SPDX-License-Identifier: Apache-2.0
# What an administrator must be able to rely on: only what is ours is touched, and it is recognised
# wherever somebody has put it.

load lib

setup() {
	fresh
}

MARK='halb-dns lime.lan/k8s1'

# data NAME: the values that stand there
data() {
	node dc1 "$1" '[.records[].data] | sort | join(" ")'
}

# ---- what stands beside ours ----

@test "unregister takes our address from beside somebody's, whose name lives on" {
	halb register --no-verify $PIN
	adm "samba-tool dns add dc1.lime.lan lime.lan k8s1 A 192.168.11.77 $ADMIN"
	run -0 halb unregister $PIN --format json
	json '.changes[] | select(.type == "A") | [.action, .before]' '["delete","192.168.11.11"]'
	equal "$(node dc1 k8s1 '[.tombstoned, .mark, (.records[] | .type, .data)] | tostring')" \
		'[false,null,"A","192.168.11.77"]'
	equal "$(answer dc1 k8s1.lime.lan A)" 'k8s1.lime.lan. 900 A 192.168.11.77'
	run -0 halb unregister $PIN
	has "$output" 'nothing to change'
	run -0 halb undo $PIN
	equal "$(data k8s1)" "$VIP 192.168.11.77"
	equal "$(node dc1 k8s1 .mark)" "$MARK"
}
