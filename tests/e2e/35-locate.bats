# SPDX-License-Identifier: Apache-2.0
# Which DC a run goes to: one of the AD site that this machine is in.

load lib

ADM=192.168.11.50/32

setup_file() {
	on dc1 samba-tool sites create Branch
	on dc1 samba-tool sites subnet create $ADM Branch
	ad dc2 pull dc1 CN=Configuration,DC=lime,DC=lan
}

teardown_file() {
	on dc1 samba-tool sites subnet remove $ADM
	on dc1 samba-tool sites remove Branch
	ad dc2 pull dc1 CN=Configuration,DC=lime,DC=lan
}

setup() {
	adm "rm -rf $TMP && mkdir $TMP; rm -rf /var/lib/halb-dns/journal" # a run goes back to where the last one wrote
}

teardown() {
	for dc in dc1 dc2 gone; do
		serves delete $dc Branch > /dev/null 2>&1 || true
	done
}

# serves add|delete DC SITE: the SRV record that a DC registers for each site it serves
serves() {
	adm "samba-tool dns $1 dc1.lime.lan _msdcs.lime.lan _ldap._tcp.$3._sites.dc SRV \
		'$2.lime.lan 389 0 100' $ADMIN"
	ad dc2 pull dc1 DC=ForestDnsZones,DC=lime,DC=lan
}

# goes_to DC ARG...: that is where it reads
goes_to() {
	local dc=$1
	shift
	run -0 --separate-stderr halb plan --format json "$@"
	json .server "$dc.lime.lan"
}

@test "the DC of the client's site is taken, whichever it is, and one that is dead does no harm" {
	has "$(adm 'dig +short @dc1.lime.lan SRV _ldap._tcp.Default-First-Site-Name._sites.dc._msdcs.lime.lan')" \
		dc2.lime.lan # as the DCs themselves register it
	serves add dc1 Branch
	goes_to dc1 -v
	has "$stderr" 'site Branch: 1 of its DCs first'
	serves delete dc1 Branch
	serves add dc2 Branch
	goes_to dc2
	serves add gone Branch
	goes_to dc2
	equal "$stderr" ''
}

@test "directory.site overrides what the DCs say, and one without DCs is a warning" {
	serves add dc2 Branch
	site 's/^  tls: off.*/&\n  site: Branch/'
	goes_to dc2 -f $SITE
	equal "$stderr" ''
	site 's/^  tls: off.*/&\n  site: Moon/'
	run -0 --separate-stderr halb plan -f $SITE
	has "$stderr" 'warning: no controller is known for the site Moon'
}
