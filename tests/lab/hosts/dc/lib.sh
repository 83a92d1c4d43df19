# shellcheck shell=bash
# What both domain controllers share.

PASSWORD=Passw0rd.lime
export KRB5CCNAME=/run/lab-administrator.ccache

# Settings on top of what provision and join write. No forwarder: nothing leaves the lab.
configure() {
	sed -i -e '/dns forwarder/d' -e "/^\[global\]/r /lab/dc/smb-global.conf" /etc/samba/smb.conf
	: >/etc/samba/lab.conf
	install -d -m 0755 /etc/samba/tls
	install -m 0600 "/share/pki/$HOST.key" /etc/samba/tls/key.pem
	install -m 0644 "/share/pki/$HOST.pem" /etc/samba/tls/cert.pem
	install -m 0644 /share/pki/ca.pem /etc/samba/tls/ca.pem
}

serves_ldap() {
	ldapsearch -LLL -x -o nettimeout=1 -H "ldap://$1" -s base -b '' dnsHostName
}

serves_kerberos() {
	kinit administrator@LIME.LAN <<<"$PASSWORD"
}

# bind_works HOST: Kerberos to ldap/HOST, which needs its service principal names
bind_works() {
	ldapsearch -LLL -Q -Y GSSAPI -o nettimeout=2 -H "ldap://$1.lime.lan" -s base -b "" dnsHostName
}
