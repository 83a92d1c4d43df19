# SPDX-License-Identifier: Apache-2.0
# lint, on what the lab's own daemons say, and on its stack.

load lib

setup() {
	adm "rm -rf $TMP && mkdir $TMP"
}

# rendered: the files of the lab's own stack, as $TMP/lbN/ on adm
rendered() {
	halb render -f "$SEED" -o $TMP > /dev/null
}

@test "what lint finds in its corpus, haproxy -c and keepalived -t let pass" {
	tar -c -C "$BATS_TEST_DIRNAME/../.." tests/e2e/validators tests/data/lint |
		on lb1 sh -c 'mkdir /tmp/halb-lint && cd /tmp/halb-lint && tar -x &&
			sh tests/e2e/validators tests/data/lint; status=$?
			rm -rf /tmp/halb-lint; exit $status'
}

@test "lint finds nothing in what render makes, and says how long its faults will last" {
	run -0 --separate-stderr halb lint -f "$SEED" --format json
	equal "$(jq -c '[.status, .findings, (.predictions | length)]' <<< "$output")" '["ok",[],7]'
	jq -e '.predictions[] | select(.fault == "haproxy-killed") |
		.min_ms > 0 and .max_ms < 50 and .parts[1].part == "election"' <<< "$output"
	predicted=$(jq .predictions <<< "$output")
	rendered
	run -0 --separate-stderr halb lint --haproxy $TMP --keepalived $TMP --format json
	equal "$(jq .predictions <<< "$output")" "$predicted"
}

@test "lint names file and line of one host that does not fit, and ends with 2" {
	rendered
	adm "sed -i 's/virtual_router_id.*/virtual_router_id 77/' $TMP/lb2/keepalived.conf"
	run -2 --separate-stderr halb lint --haproxy $TMP/lb1/haproxy.cfg $TMP/lb2/haproxy.cfg \
		--keepalived $TMP/lb1/keepalived.conf $TMP/lb2/keepalived.conf
	grep -qE "^$TMP/lb2/keepalived.conf:[0-9]+: critical: router-id-differs: " <<< "$output"
}

@test "a file that cannot be read is 3, and named" {
	run -3 --separate-stderr halb lint --haproxy $TMP/none.cfg
	[[ $stderr == *$TMP/none.cfg* ]]
	equal "$output" ''
}
