# SPDX-License-Identifier: Apache-2.0
# What the end-to-end tests share: the lab's hosts, and what they hold as tools see it that are not
# ours. The lab is up already; ci/test sees to that.

LAB=$BATS_TEST_DIRNAME/../lab/lab
ADMIN='-U Administrator%Passw0rd.lime'
NODES=CN=MicrosoftDNS,DC=DomainDnsZones,DC=lime,DC=lan
SERVICE=CN=config,OU=DHCP,DC=lime,DC=lan
SITE=/etc/halb-dns/halb.yaml

# on HOST COMMAND...: as it stands, on a host of the lab
on() {
	"$LAB" exec "$@"
}

# adm 'SHELL COMMAND': on the administrator's host
adm() {
	"$LAB" exec adm bash -c "$1"
}

# The seed's objects and everything that a test may have left of them, gone without a trace.
clean() {
	adm "for dc in dc1 dc2; do
		for dn in DC=k8s1,DC=lime.lan,$NODES DC=kube,DC=lime.lan,$NODES CN=k8s1,$SERVICE; do
			ldbdel -H ldap://\$dc.lime.lan $ADMIN \"\$dn\" > /dev/null 2>&1
		done
	done
	true"
}

# dump: the DNS partition and the DHCP service at dc1, as text that can be compared
dump() {
	adm "for base in $NODES $SERVICE; do
		ldbsearch -H ldap://dc1.lime.lan $ADMIN -b \$base '(objectClass=*)' \
			dnsRecord dNSTombstoned adminDescription dhcpHWAddress dhcpStatements dhcpOption
	done 2> /dev/null | grep -v '^#' | sort"
}

# query DC NAME TYPE: what that DC's own tool says stands there
query() {
	adm "samba-tool dns query $1.lime.lan lime.lan $2 $3 $ADMIN 2> /dev/null"
}

# answer DC NAME TYPE: the answer section of dig, a record a line
answer() {
	adm "dig @$1.lime.lan +noall +answer +norecurse $2 $3"
}

# wait_for SECONDS COMMAND...: until it holds
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.5
	done
}
