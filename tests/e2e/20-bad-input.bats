# SPDX-License-Identifier: Apache-2.0
# Each bad input gets one clear message with what to do, the right exit status, and leaves the
# directory as it was.

load lib

setup() {
	fresh
}

teardown() {
	[[ $BATS_TEST_DESCRIPTION != *schema* ]] || defunct delete
	healed
}

# defunct add|delete: AD never loses a class again, but it can be told to do without
defunct() {
	adm "export KRB5CCNAME=$TMP/cc; echo Passw0rd.lime | kinit Administrator > /dev/null
		printf 'dn: CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan\nchangetype: modify\n' |
			cat - <(printf '$1: isDefunct\n%s' '$2') |
			ldapmodify -Q -H ldap://dc1.lime.lan > /dev/null"
}

K8S1=DC=k8s1,DC=lime.lan,CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan

# refuses_site STATUS WHAT [SED SCRIPT...]: a site file with these edits
refuses_site() {
	local status=$1 what=$2
	shift 2
	site "$@"
	refuses "$status" "$what" register --no-verify $PIN -f $SITE
}

# blocks STATUS CODE WHAT ARG...: as refuses, but the report says what stands in the way
blocks() {
	local status_wanted=$1 code=$2 what=$3 before
	shift 3
	before=$(dump)
	run --separate-stderr "-$status_wanted" halb "$@"
	has "$output" "critical  $code"
	has "$output" "$what"
	has "$output" 'nothing was written'
	says_error "$code"
	has "$stderr" "$what"
	has "$stderr" 'halb-dns:   -> '
	run --separate-stderr "-$status_wanted" halb "$@" --format json
	json .status error
	json .exit "$status_wanted"
	json '.findings[0] | [.code, .severity]' "[\"$code\",\"critical\"]"
	[ "$(json '.findings[0].hint | length')" -gt 0 ]
	has "$(json .error.message)" "$what"
	equal "$(dump)" "$before"
}

# samba_dns VERB ZONE NAME TYPE DATA
samba_dns() {
	adm "samba-tool dns $1 dc1.lime.lan $2 $3 $4 $5 $ADMIN"
}

# boss ARG...: the program, as somebody who may change what others made
boss() {
	site '/^  keytab:/d' 's/principal: .*/principal: administrator@LIME.LAN/'
	put $TMP/password <<< Passw0rd.lime
	halb "$@" -f $SITE --password-file $TMP/password
}

# reserve CN MAC ADDRESS: somebody else's reservation
reserve() {
	adm "ldbadd -H ldap://dc1.lime.lan $ADMIN /dev/stdin" <<-END
		dn: CN=$1,$SERVICE
		objectClass: dhcpHost
		dhcpHWAddress: ethernet $2
		dhcpStatements: fixed-address $3
	END
}

# ---- the site file ----

@test "an unknown key in the site file is refused with its line" {
	refuses_site 78 "site.yaml:1: domian: " 's/^domain:/domian:/'
}

@test "an unknown key deep in the site file is refused with its path" {
	refuses_site 78 "balancers[0].probes[0].prot" 's/- port: 6443/- prot: 6443/'
}

@test "a bad address is refused" {
	refuses_site 78 192.168.11.300 's/vip: .*/vip: 192.168.11.300/'
}

@test "an alias that is the apex is refused: a CNAME to itself" {
	refuses_site 78 "'k8s1.lime.lan'" 's/\[kube.lime.lan\]/[k8s1.lime.lan]/'
}

@test "an alias that is the apex in other letters is refused" {
	refuses_site 78 "'K8S1.Lime.LAN'" 's/\[kube.lime.lan\]/[K8S1.Lime.LAN]/'
}

@test "an alias that is there twice is refused" {
	refuses_site 78 kube.lime.lan 's/\[kube.lime.lan\]/[kube.lime.lan, kube.lime.lan]/'
}

@test "a name outside the domain is refused" {
	refuses_site 78 kube.other.lan 's/\[kube.lime.lan\]/[kube.other.lan]/'
}

@test "a name that is no host name is refused" {
	refuses_site 78 ku_be.lime.lan 's/\[kube.lime.lan\]/[ku_be.lime.lan]/'
}

@test "a label that is too long is refused" {
	long=$(printf 'k%.0s' {1..64})
	refuses_site 78 kkkkkkkk "s/\[kube.lime.lan\]/[$long.lime.lan]/"
}

@test "a multicast MAC is refused" {
	refuses_site 78 03:00:00:00:01:01 's/mac: .*/mac: 03:00:00:00:01:01/'
}

@test "a site file that is no YAML is refused" {
	refuses_site 78 site.yaml '1s/^/[/'
}

@test "a site file that is not there is refused" {
	refuses 78 $TMP/none.yaml plan -f $TMP/none.yaml
}

@test "a directory for a site file is refused" {
	refuses 78 $TMP plan -f $TMP
}

@test "a simple bind without TLS is refused" {
	refuses_site 78 directory.tls 's/auth: gssapi/auth: simple/'
}

@test "a MAC that is not locally administered is taken with a warning" {
	site 's/mac: .*/mac: 00:11:22:33:44:55/'
	run -0 --separate-stderr halb register --no-verify $PIN -f $SITE --format json
	json .applied 3
	json .status warning
	json '.findings[] | [.code, .severity, .object]' \
		'["mac-not-local","warning","00:11:22:33:44:55"]'
	equal "$(lease 00:11:22:33:44:55)" $VIP
}

@test "an IDN alias is written as its A-label" {
	site 's/\[kube.lime.lan\]/[kübe.lime.lan]/'
	run -0 halb register --no-verify $PIN -f $SITE --format json
	json '.changes[1].name' xn--kbe-hoa.lime.lan
	equal "$(node dc1 xn--kbe-hoa '.records[] | [.type, .data] | tostring')" \
		'["CNAME","k8s1.lime.lan"]'
	equal "$(answer dc1 xn--kbe-hoa.lime.lan A | tail -n 1)" "k8s1.lime.lan. 900 A $VIP"
}

# ---- the command line ----

@test "an unknown option is wrong usage" {
	run -64 --separate-stderr halb plan --nosuch
	equal "$output" ''
	says_error --nosuch
	has "$stderr" 'help plan'
}

@test "an option without its value is wrong usage" {
	run -64 --separate-stderr halb plan --vip
	equal "$output" ''
	says_error --vip
}

@test "an option of another command is wrong usage" {
	run -64 --separate-stderr halb plan --wait 1s
	equal "$output" ''
	says_error --wait
}

@test "a word that is no option is wrong usage" {
	run -64 --separate-stderr halb plan extra
	equal "$output" ''
	says_error "'extra'"
}

@test "an unknown command is wrong usage" {
	run -64 --separate-stderr halb frobnicate
	equal "$output" ''
	says_error "'frobnicate'"
}

@test "no command is wrong usage, and shows the commands" {
	run -64 --separate-stderr halb
	equal "$output" ''
	has "$stderr" 'register'
}

@test "a duration that is none is wrong usage" {
	for bad in nonsense 5 -1s 1d ''; do
		run -64 --separate-stderr halb register --wait "$bad"
		equal "$output" ''
		says_error "--wait: '$bad'"
	done
}

@test "wrong usage is reported as JSON, wherever that is asked for" {
	local wrong
	for wrong in --nosuch '--wait nonsense' '--wait' '--vip 192.168.11.300' '--color sometimes' extra \
		--ver '--dry-run=yes' '-x' '--mac nonsense --vip nonsense'; do
		for words in "register --format json $wrong" "register $wrong --format=json" \
			"register -q $wrong --format json -v"; do
			# shellcheck disable=SC2086
			run -64 --separate-stderr halb $words
			json '[.command, .status, .exit, .error.category]' '["register","error",64,"usage"]'
			json '[.error.message, .error.hint, .time | length > 0] | all' true
			equal "${stderr_lines[0]}" "halb-dns: $(json .error.message)"
		done
	done
	run -64 --separate-stderr halb frobnicate --format json
	json '[.command, .status, .exit]' '["frobnicate","error",64]'
	run -64 --separate-stderr halb verify --nosuch --format json
	json '[.command, .status, .exit]' '["verify","error",64]'
}

@test "an unknown format or colour is wrong usage" {
	run -64 --separate-stderr halb plan --format xml
	says_error "'xml'"
	run -64 --separate-stderr halb plan --color sometimes
	says_error "'sometimes'"
}

@test "bad values in flags are refused with the flag's name" {
	for bad in '--vip 192.168.11.300' '--mac 02:00:00:00:01' '--ttl forever' '--port 70000' \
		'--alias k8s1.lime.lan'; do
		# shellcheck disable=SC2086
		run -64 --separate-stderr halb plan $bad
		equal "$output" ''
		says_error "${bad% *}"
		has "$stderr" "'${bad#* }'"
	done
}

@test "--balancer that is not in the site file is wrong usage" {
	refuses 64 "'nosuch'" plan --balancer nosuch
}

# ---- files ----

@test "init -o never writes over a file" {
	put $TMP/there <<< mine
	run -73 --separate-stderr halb init -o $TMP/there
	equal "$output" ''
	says_error $TMP/there
	has "$stderr" '  -> '
	equal "$(on adm cat $TMP/there)" mine
}

@test "init -o into a directory that is not there cannot create" {
	run -73 --separate-stderr halb init -o $TMP/none/halb.yaml
	says_error $TMP/none/halb.yaml
	has "$stderr" 'No such file'
}

@test "a full standard output is an error for every kind of output" {
	for command in schema init 'schema --format json' plan 'plan --format json' --help --version \
		'help plan'; do
		run --separate-stderr adm "halb-dns $command > /dev/full"
		echo "$command: $status $stderr"
		[ "$status" = 73 ]
	done
}

# ---- the directory's servers ----

@test "a DC that is not reachable is named" {
	refuses 69 192.168.11.99 plan --server 192.168.11.99
}

@test "a DC whose name does not resolve is named" {
	refuses 69 nosuch.lime.lan plan --server nosuch.lime.lan
}

@test "a domain that has no DC is named" {
	site '/^stack:/,$d' 's/lime\.lan/example.lan/'
	refuses 69 example.lan plan -f $SITE
}

@test "a host that is no DC is named" {
	refuses 69 192.168.11.31 plan --server 192.168.11.31
}

@test "with one DC cut off, plan works through the other" {
	fault cut-host dc1
	run -0 --separate-stderr halb plan --format json
	json .server dc2.lime.lan
}

# ---- who may ----

@test "without a ticket, keytab or password the message says how to get one" {
	site '/^  keytab:/d' '/^  principal:/d'
	refuses 77 'No Kerberos credentials' register $PIN -f $SITE
	has "$stderr" kinit
}

@test "without a terminal nobody is asked for a password" {
	site '/^  keytab:/d'
	before=$(dump)
	run -77 --separate-stderr on adm setsid --wait halb-dns register $PIN -f $SITE < /dev/null
	says_error halb-dns@LIME.LAN
	has "$stderr" terminal
	equal "$(dump)" "$before"
}

@test "an expired ticket is called so" {
	site '/^  keytab:/d' '/^  principal:/d'
	adm "kinit -l 1s -k -t /etc/halb-dns/halb-dns.keytab -c $TMP/old halb-dns@LIME.LAN"
	wait_for 20 ticket_is_old
	before=$(dump)
	run -77 --separate-stderr on adm env KRB5CCNAME=$TMP/old halb-dns register $PIN -f $SITE
	equal "$output" ''
	says_error expired
	has "$stderr" kinit
	equal "$(dump)" "$before"
}

ticket_is_old() {
	! on adm klist -s -c $TMP/old
}

@test "a wrong password is refused" {
	site '/^  keytab:/d'
	put $TMP/password <<< wrong
	refuses 77 'halb-dns@LIME.LAN' register $PIN -f $SITE --password-file $TMP/password
	has "$stderr$output" password
}

@test "a password file that is empty or not there is refused" {
	site '/^  keytab:/d'
	put $TMP/password < /dev/null
	run -77 --separate-stderr halb register $PIN -f $SITE --password-file $TMP/password
	says_error $TMP/password
	run -64 --separate-stderr halb register $PIN -f $SITE --password-file $TMP/none
	says_error $TMP/none
}

@test "a keytab that is not there is refused" {
	site "s|keytab: .*|keytab: $TMP/none|"
	refuses 77 $TMP/none register $PIN -f $SITE
}

@test "a keytab with the wrong key is refused" {
	adm "printf 'addent -password -p halb-dns@LIME.LAN -k 1 -e aes256-cts-hmac-sha1-96\nwrong\nwkt $TMP/keytab\n' | ktutil"
	on adm test -s $TMP/keytab
	site "s|keytab: .*|keytab: $TMP/keytab|"
	refuses 77 halb-dns@LIME.LAN register $PIN -f $SITE
}

@test "a user without rights is refused before anything is written" {
	site '/^  keytab:/d' 's/principal: .*/principal: norights@LIME.LAN/'
	put $TMP/password <<< Passw0rd.lime
	before=$(dump)
	run -77 --separate-stderr halb register --no-verify $PIN -f $SITE --password-file $TMP/password
	says_error "$SERVICE: norights@LIME.LAN may not make dhcpHost; nothing was written"
	has "$stderr" 'halb-dns doctor'
	has "$output" '0 of 3 changes written'
	lacks "$output" journal
	equal "$(dump)" "$before"
	run -77 --separate-stderr halb register --no-verify $PIN -f $SITE \
		--password-file $TMP/password --format json
	json '[.status, .applied, .journal, .error.category]' '["error",0,null,"not-permitted"]'
	equal "$(dump)" "$before"
}

@test "a user without rights cannot unregister what others made" {
	halb register --no-verify $PIN
	site '/^  keytab:/d' 's/principal: .*/principal: norights@LIME.LAN/'
	put $TMP/password <<< Passw0rd.lime
	before=$(dump)
	run -77 --separate-stderr halb unregister $PIN -f $SITE --password-file $TMP/password
	says_error 'norights@LIME.LAN may not change dnsRecord'
	equal "$(dump)" "$before"
}

# ---- what stands there ----

@test "a zone that the directory does not have is named" {
	site '/^stack:/,$d' 's/^domain: lime.lan/domain: example.lan/' 's/apex: k8s1.lime.lan/apex: k8s1.example.lan/' \
		's/\[kube.lime.lan\]/[kube.example.lan]/'
	blocks 78 zone-missing k8s1.example.lan register --no-verify $PIN -f $SITE
}

@test "a DHCP service that is not there is named" {
	site 's/service: CN=config/service: CN=nosuch/'
	blocks 78 reservation-missing CN=nosuch register --no-verify $PIN -f $SITE
}

@test "a schema without the dhcpHost class is named, with what brings it" {
	defunct add 'isDefunct: TRUE'
	blocks 69 schema-missing $SERVICE register --no-verify $PIN
	has "$stderr" 'halb-dns schema | ldapmodify'
	run -2 halb check $PIN --format json
	json '[.findings[] | select(.code == "schema-missing").severity]' '["critical"]'
}

@test "a vIP inside the dynamic range is refused" {
	site 's/vip: 192.168.11.11/vip: 192.168.11.150/'
	blocks 80 address-in-pool 192.168.11.150 register --no-verify $PIN -f $SITE
	has "$stderr" 192.168.11.199
}

@test "a vIP outside every subnet is refused" {
	site '/^stack:/,$d' 's/vip: 192.168.11.11/vip: 192.168.99.11/'
	blocks 78 reservation-differs 192.168.99.11 register --no-verify $PIN -f $SITE
}

@test "bytes that are no dnsRecord are refused, and left" {
	ad dc1 blob k8s1 0400010005f00000010000000000038400000000000000
	blocks 65 record-malformed k8s1.lime.lan register --no-verify $PIN
}

@test "a dnsRecord that is cut short is refused even with --replace" {
	ad dc1 blob k8s1 0400010005f0000001000000000003840000000000000000c0a80b
	blocks 65 record-malformed k8s1.lime.lan register --no-verify $PIN --replace
}

@test "somebody else's right record needs --adopt, which makes it ours" {
	samba_dns add lime.lan k8s1 A $VIP
	blocks 80 record-foreign $VIP register --no-verify $PIN
	has "$stderr" --adopt
	run -0 boss register --no-verify $PIN --adopt --format json
	json '.changes[0].name' k8s1.lime.lan
	equal "$(node dc1 k8s1 '[.mark, (.records[] | .data, .timestamp)] | tostring')" \
		"[\"halb-dns lime.lan/k8s1\",\"$VIP\",0]"
}

@test "somebody else's wrong record is shown, and needs --replace" {
	samba_dns add lime.lan k8s1 A 192.168.11.77
	blocks 80 record-foreign 192.168.11.77 register --no-verify $PIN
	blocks 80 record-foreign 192.168.11.77 register --no-verify $PIN --adopt
	has "$stderr" --replace
	run -0 boss register --no-verify $PIN --replace --format json
	json '.changes[0] | [.action, .before, .after]' '["replace","192.168.11.77","192.168.11.11"]'
	equal "$(node dc1 k8s1 '[.records[].data] | tostring')" "[\"$VIP\"]"
}

@test "several addresses where one shall be are refused" {
	samba_dns add lime.lan k8s1 A $VIP
	samba_dns add lime.lan k8s1 A 192.168.11.77
	blocks 80 record-foreign 192.168.11.77 register --no-verify $PIN
}

@test "an address that joined ours is refused, and --replace takes it away" {
	halb register --no-verify $PIN
	samba_dns add lime.lan k8s1 A 192.168.11.77
	blocks 80 record-extra 192.168.11.77 register --no-verify $PIN
	run -0 boss register --no-verify $PIN --replace
	equal "$(node dc1 k8s1 '[.records[].data] | tostring')" "[\"$VIP\"]"
}

@test "a CNAME where the A record goes is refused" {
	samba_dns add lime.lan k8s1 CNAME dc1.lime.lan
	blocks 80 cname-conflict dc1.lime.lan register --no-verify $PIN
}

@test "an A record where the CNAME goes is refused" {
	samba_dns add lime.lan kube A 192.168.11.77
	blocks 80 cname-conflict 192.168.11.77 register --no-verify $PIN
}

@test "a TXT record where the CNAME goes is refused, and no flag removes it" {
	samba_dns add lime.lan kube TXT mine
	blocks 80 cname-conflict kube.lime.lan register --no-verify $PIN --replace
}

@test "another reservation with the MAC is refused" {
	reserve printer $MAC 192.168.11.60
	blocks 80 address-taken "CN=printer,$SERVICE" register --no-verify $PIN
}

@test "another reservation with the address is refused" {
	reserve printer 02:00:00:00:09:09 $VIP
	blocks 80 address-taken "CN=printer,$SERVICE" register --no-verify $PIN
}

@test "another reservation with the name is refused" {
	reserve k8s1 02:00:00:00:09:09 192.168.11.60
	blocks 80 address-taken "CN=k8s1,$SERVICE" register --no-verify $PIN
}

@test "a second reservation beside ours is refused" {
	halb register --no-verify $PIN
	reserve printer 02:00:00:00:09:09 $VIP
	blocks 80 reservation-duplicate "CN=printer,$SERVICE" register --no-verify $PIN
}

@test "an object that another site marked is not touched" {
	halb register --no-verify $PIN
	adm "printf 'dn: $K8S1\nchangetype: modify\nreplace: adminDescription\nadminDescription: halb-dns lime.lan/other\n' \
		| ldbmodify -H ldap://dc1.lime.lan $ADMIN /dev/stdin"
	blocks 80 record-foreign halb-dns\ lime.lan/other register --no-verify $PIN --adopt
	run -0 halb unregister $PIN --format json
	json '[.changes[].name]' '["kube.lime.lan","k8s1"]'
	equal "$(node dc1 k8s1 '[.records[].data] | tostring')" "[\"$VIP\"]"
}
