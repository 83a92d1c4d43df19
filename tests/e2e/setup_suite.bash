# SPDX-License-Identifier: Apache-2.0
# Once, before all end-to-end tests: is this the lab that they are about?

both_known() {
	local dc
	for dc in dc1 dc2; do
		[ "$(lab exec adm dig +short "@$dc.lime.lan" SRV _ldap._tcp.dc._msdcs.lime.lan | wc -l)" = 2 ] \
			|| return 1
	done
}

# A DC that has just joined is found by SRV only when both have replicated.
setup_suite() {
	# shellcheck source=tests/e2e/lib.bash
	BATS_TEST_DIRNAME=${BATS_TEST_DIRNAME:-$(dirname "${BASH_SOURCE[0]}")} . "${BASH_SOURCE[0]%/*}/lib.bash"
	halb --version
	ad dc1 replicate dc2
	ad dc2 replicate dc1
	wait_for 60 both_known
	drop_zones
	fresh
}

teardown_suite() {
	fresh
	lab exec adm rm -rf "$TMP"
}
