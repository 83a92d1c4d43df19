# SPDX-License-Identifier: Apache-2.0
"""The access list of an object, as it is and as it was before: acl.py DC get DN, acl.py DC set DN HEX"""
import sys

import ldb
from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.param import LoadParm
from samba.samdb import SamDB

DACL = ["sd_flags:1:4"]


def connect(dc):
    creds = Credentials()
    creds.guess(LoadParm())
    creds.set_username("Administrator")
    creds.set_password("Passw0rd.lime")
    creds.set_domain("LIME")
    creds.set_kerberos_state(DONT_USE_KERBEROS)
    return SamDB(url="ldap://%s.lime.lan" % dc, credentials=creds, lp=LoadParm())


def main(dc, command, dn, *args):
    db = connect(dc)
    if command == "get":
        found = db.search(dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=DACL)
        print(bytes(found[0]["nTSecurityDescriptor"][0]).hex())
    else:
        db.modify(ldb.Message.from_dict(db, {
            "dn": dn, "nTSecurityDescriptor": [bytes.fromhex(args[0])]}, ldb.FLAG_MOD_REPLACE),
            controls=DACL)


main(*sys.argv[1:])
