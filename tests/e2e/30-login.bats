# SPDX-License-Identifier: Apache-2.0
# Ways of logging in, and what they leave behind: nothing.

load lib

setup() {
	fresh
}

teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/strong-auth" ] || on dc1 /lab/dc/strong-auth default
}

SECRET=Passw0rd.lime
NO_KEYTAB='/^  keytab:/d'
AS_NORIGHTS='s/principal: .*/principal: norights@LIME.LAN/'

# plans ARG...: it can log in and read
plans() {
	run -0 --separate-stderr halb plan $PIN --format json "$@"
	json '.changes | length' 3
}

password_file() {
	put $TMP/password <<< $SECRET
}

# tls KIND [CA FILE]: as an edit of the site file
tls() {
	echo "s|^  tls: off.*|  tls: $1\\n  ca_file: ${2:-/etc/halb-dns/ca.pem}|"
}

# tickets_left: credential caches on disk
tickets_left() {
	adm "ls -d /tmp/krb5cc* /run/user/*/krb5cc* 2> /dev/null || true"
}

@test "the keytab is used in memory: the caller's cache stays, and no ticket is left" {
	adm "printf $SECRET | kinit -c $TMP/mine norights@LIME.LAN > /dev/null"
	before=$(adm "klist -c $TMP/mine; sha256sum $TMP/mine")
	tickets=$(tickets_left)
	run -0 on adm env KRB5CCNAME=$TMP/mine halb-dns register $PIN --no-verify
	equal "$(adm "klist -c $TMP/mine; sha256sum $TMP/mine")" "$before"
	equal "$(tickets_left)" "$tickets"
	# norights could not have made the reservation
	equal "$(reserved | grep -c '^dn: ')" 1
}

@test "a ticket cache serves where there is no keytab" {
	site "$NO_KEYTAB" '/^  principal:/d'
	adm "kinit -k -t /etc/halb-dns/halb-dns.keytab -c $TMP/ticket halb-dns@LIME.LAN"
	run -0 on adm env KRB5CCNAME=$TMP/ticket halb-dns plan $PIN -f $SITE --format json
	json '.changes | length' 3
	has "$(on adm klist -c $TMP/ticket)" 'ldap/dc1.lime.lan@LIME.LAN'
}

@test "a password file logs in by Kerberos, and leaves no ticket" {
	site "$NO_KEYTAB" "$AS_NORIGHTS"
	password_file
	tickets=$(tickets_left)
	plans -f $SITE --password-file $TMP/password
	equal "$(tickets_left)" "$tickets"
	run on adm klist
	has "$output" 'No credentials cache found'
}

@test "a password file whose line ends as on Windows works" {
	site "$NO_KEYTAB" "$AS_NORIGHTS"
	put $TMP/password <<< "$SECRET"$'\r'
	plans -f $SITE --password-file $TMP/password
}

@test "on a terminal the password is asked for, and not shown" {
	site "$NO_KEYTAB" "$AS_NORIGHTS"
	put $TMP/ask.exp <<-END
		set timeout 20
		spawn halb-dns plan $PIN -f $SITE
		expect {
			"Password for norights@LIME.LAN: " {}
			default { exit 3 }
		}
		send "$SECRET\r"
		expect {
			"3 to add" {}
			default { exit 4 }
		}
		expect eof
		exit [lindex [wait] 3]
	END
	run -0 on adm expect $TMP/ask.exp
	lacks "$output" $SECRET
}

@test "Ctrl-C at the password prompt ends it, with the terminal as it was" {
	site "$NO_KEYTAB" "$AS_NORIGHTS"
	put $TMP/ask.exp <<-END
		set timeout 20
		spawn sh -c {halb-dns plan $PIN -f $SITE; echo status=\$?; stty -a}
		expect "Password for"
		send "\003"
		expect {
			"status=77" {}
			default { exit 4 }
		}
		expect {
			-re { -echo[ ;]} { exit 5 }
			-re { echo[ ;]} {}
			default { exit 6 }
		}
	END
	run -0 on adm expect $TMP/ask.exp
}

@test "auth spnego works with a ticket" {
	site 's/auth: gssapi/auth: spnego/' "$NO_KEYTAB" '/^  principal:/d'
	adm "kinit -k -t /etc/halb-dns/halb-dns.keytab -c $TMP/ticket halb-dns@LIME.LAN"
	run -0 on adm env KRB5CCNAME=$TMP/ticket halb-dns plan $PIN -f $SITE --format json
	json '.changes | length' 3
}

@test "auth spnego works with the keytab" {
	site 's/auth: gssapi/auth: spnego/'
	plans -f $SITE
}

@test "auth spnego works with a password" {
	site 's/auth: gssapi/auth: spnego/' "$NO_KEYTAB" "$AS_NORIGHTS"
	password_file
	plans -f $SITE --password-file $TMP/password
}

@test "a simple bind works inside ldaps and after starttls" {
	password_file
	for kind in ldaps starttls; do
		site 's/auth: gssapi/auth: simple/' "$NO_KEYTAB" "$AS_NORIGHTS" "$(tls $kind)"
		plans -f $SITE --password-file $TMP/password
	done
}

@test "a simple bind with a wrong password is refused" {
	put $TMP/password <<< wrong
	site 's/auth: gssapi/auth: simple/' "$NO_KEYTAB" "$AS_NORIGHTS" "$(tls ldaps)"
	refuses 77 dc1.lime.lan plan $PIN -f $SITE --password-file $TMP/password
}

@test "a DC whose certificate another CA signed gets no password" {
	password_file
	adm "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=other \
		-keyout /dev/null -out $TMP/other.pem 2> /dev/null"
	for kind in ldaps starttls; do
		site 's/auth: gssapi/auth: simple/' "$NO_KEYTAB" "$AS_NORIGHTS" "$(tls $kind $TMP/other.pem)"
		refuses 69 TLS plan $PIN -f $SITE --password-file $TMP/password
	done
}

@test "a DC that is named by an address its certificate does not have is refused" {
	password_file
	site 's/auth: gssapi/auth: simple/' "$NO_KEYTAB" "$AS_NORIGHTS" "$(tls ldaps)"
	refuses 69 TLS plan --server 192.168.11.2 -f $SITE --password-file $TMP/password
}

@test "Kerberos inside TLS is refused by default with the name of the setting" {
	for kind in ldaps starttls; do
		site "$(tls $kind)"
		refuses 77 'Strong(er) authentication required' plan $PIN -f $SITE
		has "$stderr" allow_sasl_over_tls
	done
}

@test "Kerberos inside TLS works where the DC allows it" {
	touch "$BATS_TEST_TMPDIR/strong-auth"
	on dc1 /lab/dc/strong-auth allow_sasl_over_tls
	for kind in ldaps starttls; do
		site "$(tls $kind)"
		plans -f $SITE
	done
}

@test "no password is in the arguments, the log or the report" {
	site "$NO_KEYTAB" "$AS_NORIGHTS"
	password_file
	run -77 on adm strace -f -e trace=execve,write -s 100000 -o $TMP/trace \
		halb-dns register $PIN --no-verify -v -f $SITE --password-file $TMP/password
	lacks "$output" $SECRET
	run -0 on adm grep -c halb-dns $TMP/trace
	run -1 on adm grep -F $SECRET $TMP/trace
}

@test "there is no option that takes a password" {
	for option in --password --passwd --secret -w; do
		run -64 halb plan $option $SECRET
		lacks "$output" $SECRET
	done
}
