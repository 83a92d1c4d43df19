# SPDX-License-Identifier: Apache-2.0
# What a person at the command line meets: help, output, and pipes.

load lib

setup() {
	fresh
}

COMMANDS='init plan register verify unregister schema'

# fits LINES: $output has at most that many, of at most 100 columns
fits() {
	echo "${#lines[@]} lines"
	[ "$(wc -l <<< "$output")" -le "$1" ]
	[ "$(awk '{ if (length > n) n = length } END { print n }' <<< "$output")" -le 100 ]
}

@test "--help, -h and help are one screen that names each command" {
	run -0 --separate-stderr halb --help
	equal "$stderr" ''
	fits 24
	for command in $COMMANDS; do
		grep -q "^  $command  *[a-z]" <<< "$output"
	done
	help=$output
	run -0 halb help
	equal "$output" "$help"
	run -0 halb -h
	equal "$output" "$help"
}

@test "--version names the program and its version" {
	run -0 halb --version
	[[ $output =~ ^halb-dns\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "each command has help of at most 40 lines, by help, --help and -h alike" {
	for command in $COMMANDS; do
		run -0 --separate-stderr halb help "$command"
		equal "$stderr" ''
		fits 40
		has "$output" "halb-dns $command: "
		has "$output" '--format'
		help=$output
		run -0 halb "$command" --help
		equal "$output" "$help"
		run -0 halb "$command" -h
		equal "$output" "$help"
	done
}

@test "help for an unknown command is wrong usage" {
	run -64 --separate-stderr halb help frobnicate
	equal "$output" ''
	says_error "'frobnicate'"
}

@test "what init writes can be planned with" {
	run -0 halb init -o $TMP/new.yaml
	run -0 halb plan $PIN -f $TMP/new.yaml --format json
	json '.changes | length > 0' true
}

@test "init prints what init -o writes" {
	halb init -o $TMP/new.yaml
	run -0 --separate-stderr halb init
	equal "$output" "$(on adm cat $TMP/new.yaml)"
}

@test "what schema prints is what stands in the schema partition" {
	# each attribute and class by its name, with its OID and its GUID
	halb schema | awk '/^lDAPDisplayName:/ { name = $2 } /^(attribute|governs)ID:/ { id = $2 }
		/^schemaIDGUID::/ { print name, id, $2 }' | sort > "$BATS_TEST_TMPDIR/ours"
	adm "ldapsearch -LLL -o ldif-wrap=no -x -ZZ -D administrator@lime.lan -w Passw0rd.lime \
		-H ldap://dc1.lime.lan -b CN=Schema,CN=Configuration,DC=lime,DC=lan '(cn=isc-dhcp*)' \
		lDAPDisplayName attributeID governsID schemaIDGUID" | awk '
		function flush() { if (name) print name, id, guid; name = "" }
		/^dn:/ { flush() } /^lDAPDisplayName:/ { name = $2 } /^(attribute|governs)ID:/ { id = $2 }
		/^schemaIDGUID::/ { guid = $2 } END { flush() }' | sort > "$BATS_TEST_TMPDIR/theirs"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/ours")" = 19 ]
	diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "schema names the forest that is asked for" {
	run -0 halb schema --forest example.org
	has "$output" 'CN=Schema,CN=Configuration,DC=example,DC=org'
	lacks "$output" 'DC=lime'
}

@test "a report in a pipe has no escape sequences" {
	run -0 adm "halb-dns plan $PIN | cat"
	has "$output" '+ add'
	lacks "$output" $'\e'
}

@test "colour is for terminals, and for those who ask" {
	run -0 halb plan $PIN --color always
	has "$output" $'\e['
	run -0 halb plan $PIN --color never
	lacks "$output" $'\e['
	run -0 on adm script -qec "halb-dns plan $PIN" /dev/null
	has "$output" $'\e['
	run -0 on adm env NO_COLOR=1 script -qec "halb-dns plan $PIN | tee /dev/null" /dev/null
	run -0 on adm script -qec "NO_COLOR=1 halb-dns plan $PIN 2> /dev/null" /dev/null
	lacks "$output" $'\e[3'
	run -0 on adm script -qec "halb-dns plan $PIN --color never 2> /dev/null" /dev/null
	lacks "$output" $'\e[3'
}

@test "-q says nothing when all is well" {
	halb register --no-verify
	replicated
	run -0 --separate-stderr halb register -q
	equal "$output$stderr" ''
	run -0 --separate-stderr halb verify -q
	equal "$output$stderr" ''
}

@test "-q does not hide what is wrong" {
	run -69 --separate-stderr halb plan -q --server 192.168.11.99
	says_error 192.168.11.99
}

@test "-v also shows what is as it should be" {
	halb register $PIN --no-verify
	run -0 --separate-stderr halb plan $PIN
	lacks "$output" '= keep'
	run -0 --separate-stderr halb plan $PIN -v
	[ "$(grep -c '^= keep' <<< "$output")" = 3 ]
}

@test "JSON is one object, and the log does not mix with it" {
	run -0 --separate-stderr halb plan $PIN -v --format json
	equal "$(jq -s length <<< "$output")" 1
	json .command plan
}

@test "a reader who leaves early is no harm" {
	run adm "set -o pipefail; halb-dns schema | head -n 1; exit \${PIPESTATUS[0]}"
	has "$output" '#'
	lacks "$output" 'halb-dns: the report'
	[ "$status" = 141 ] || [ "$status" = 0 ]
}

@test "options may stand before and after, and a long one may have its value after =" {
	run -0 halb plan --server=dc1.lime.lan --format=json
	json .server dc1.lime.lan
}
