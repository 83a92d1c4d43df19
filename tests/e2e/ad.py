# SPDX-License-Identifier: Apache-2.0
"""What stands in the directory, read and decoded by Samba's own code: ad.py DC COMMAND [ARG...]

  node NAME [ZONE]   one dnsNode: its records, the tombstone flag, the mark, as JSON
  serial [ZONE]      the serial of the zone's SOA
  dump               the DNS zones and the DHCP service as text, uSNChanged of each object too
  clean DC2          removes what the tests make, without a trace of it, at both DCs
  replicate FROM     pulls all of it from that DC, now
  pull FROM PARTITION  pulls that naming context from that DC, now
  forestzone NAME    makes that zone in the forest's partition, with the SOA and NS of lime.lan
  bury NAME DAYS     dates a tombstone back by that many days
  blob NAME HEX      makes a dnsNode that holds those bytes as its dnsRecord
"""
import json
import sys
import time

import ldb
from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.dcerpc import dnsp, misc
from samba.drs_utils import drsException, drsuapi_connect, sendDsReplicaSync
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

DOMAIN = "DC=lime,DC=lan"
SERVICE = "CN=config,OU=DHCP," + DOMAIN
PARTITIONS = ["DC=%sDnsZones,%s" % (which, DOMAIN) for which in ("Domain", "Forest")]
NAMES = ["k8s1", "kube", "kube2", "k8s2", "xn--kbe-hoa", "sub", "k8s1.sub", "*"]
NAMES += ["alias%d" % i for i in range(1, 7)]
ZONES = ["forest.lime.lan", "twin.lime.lan"]
RESERVATIONS = ["k8s1", "k8s2", "other", "printer"]
SHOWN = ["objectClass", "dnsRecord", "dNSTombstoned", "adminDescription", "dhcpHWAddress",
         "dhcpStatements", "dhcpOption", "dhcpComments", "uSNChanged"]
TYPES = {dnsp.DNS_TYPE_TOMBSTONE: "TOMBSTONE", dnsp.DNS_TYPE_A: "A", dnsp.DNS_TYPE_CNAME: "CNAME",
         dnsp.DNS_TYPE_TXT: "TXT", dnsp.DNS_TYPE_PTR: "PTR", dnsp.DNS_TYPE_NS: "NS",
         dnsp.DNS_TYPE_SOA: "SOA"}


def credentials():
    creds = Credentials()
    creds.guess(LoadParm())
    creds.set_username("Administrator")
    creds.set_password("Passw0rd.lime")
    creds.set_domain("LIME")
    creds.set_kerberos_state(DONT_USE_KERBEROS)
    return creds


def connect(dc):
    return SamDB(url="ldap://%s.lime.lan" % dc, credentials=credentials(), lp=LoadParm())


def zone_dn(zone, partition=PARTITIONS[0]):
    return "DC=%s,CN=MicrosoftDNS,%s" % (zone, partition)


def search(db, base, scope=ldb.SCOPE_BASE, expression="(objectClass=*)", attrs=None):
    try:
        return db.search(base, scope, expression, attrs or ["*"])
    except ldb.LdbError as error:
        if error.args[0] == ldb.ERR_NO_SUCH_OBJECT:
            return []
        raise


def decode(blob):
    rec = ndr_unpack(dnsp.DnssrvRpcRecord, blob)
    data = rec.data
    if rec.wType == dnsp.DNS_TYPE_SOA:
        data = data.serial
    elif rec.wType == dnsp.DNS_TYPE_TXT:
        data = list(data.str)
    return {"type": TYPES.get(rec.wType, rec.wType), "rank": rec.rank, "ttl": rec.dwTtlSeconds,
            "serial": rec.dwSerial, "timestamp": rec.dwTimeStamp, "data": data,
            "version": rec.version, "flags": rec.flags}


def node(db, name, zone="lime.lan"):
    for partition in PARTITIONS:
        found = search(db, "DC=%s,%s" % (name, zone_dn(zone, partition)))
        if found:
            break
    else:
        return {"exists": False, "records": []}
    entry = found[0]
    return {"exists": True, "records": [decode(blob) for blob in entry.get("dnsRecord", [])],
            "tombstoned": bytes(entry.get("dNSTombstoned", [b""])[0]) == b"TRUE",
            "mark": str(entry["adminDescription"][0]) if "adminDescription" in entry else None}


def dump(db):
    bases = ["CN=MicrosoftDNS," + partition for partition in PARTITIONS] + [SERVICE]
    for base in bases:
        for entry in search(db, base, ldb.SCOPE_SUBTREE, attrs=SHOWN):
            for attr in SHOWN:
                for value in sorted(bytes(value) for value in entry.get(attr, [])):
                    yield "%s %s %r" % (entry.dn, attr, value)


def clean(db):
    doomed = ["DC=%s,%s" % (name, zone_dn("lime.lan")) for name in NAMES]
    doomed += [zone_dn(zone, partition) for zone in ZONES for partition in PARTITIONS]
    doomed += ["CN=%s,%s" % (name, SERVICE) for name in RESERVATIONS]
    # What a test has made a hundred of, and what replication made of two objects of one name.
    doomed += [str(entry.dn) for base in (zone_dn("lime.lan"), SERVICE) for entry in
               search(db, base, ldb.SCOPE_ONELEVEL, "(|(name=*\\0aCNF:*)(name=many-*))", ["name"])]
    for dn in doomed:
        try:
            db.delete(dn, ["tree_delete:1"])
        except ldb.LdbError as error:
            if error.args[0] != ldb.ERR_NO_SUCH_OBJECT:
                raise


def forest_zone(db, name):
    dn = zone_dn(name, PARTITIONS[1])
    properties = search(db, zone_dn("lime.lan"))[0]["dNSProperty"]
    db.add({"dn": dn, "objectClass": "dnsZone", "dNSProperty": [bytes(p) for p in properties]})
    apex = search(db, "DC=@," + zone_dn("lime.lan"))[0]["dnsRecord"]
    kept = [bytes(blob) for blob in apex if decode(blob)["type"] in ("SOA", "NS")]
    db.add({"dn": "DC=@," + dn, "objectClass": "dnsNode", "dnsRecord": kept})


def bury(db, name, days):
    entry = search(db, "DC=%s,%s" % (name, zone_dn("lime.lan")))[0]
    rec = ndr_unpack(dnsp.DnssrvRpcRecord, entry["dnsRecord"][0])
    rec.data -= int(days) * 24 * 3600 * 10 ** 7
    message = ldb.Message(entry.dn)
    message["dnsRecord"] = ldb.MessageElement([ndr_pack(rec)], ldb.FLAG_MOD_REPLACE, "dnsRecord")
    db.modify(message)


def synchronise(handle, guid, partition):
    """Once more where it fails: a DC finds out by trying that its connection to one that was down is
    gone."""
    for left in range(4, -1, -1):
        try:
            return sendDsReplicaSync(handle[0], handle[1], guid, partition, 0)
        except drsException:
            if not left:
                raise
            time.sleep(1)


def replicate(db, dc, source, partitions=PARTITIONS + [DOMAIN]):
    handle = drsuapi_connect("%s.lime.lan" % dc, LoadParm(), credentials())
    site = "CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration," + DOMAIN
    settings = search(db, "CN=NTDS Settings,CN=%s,%s" % (source, site))[0]
    guid = str(ndr_unpack(misc.GUID, settings["objectGUID"][0]))
    for partition in partitions:
        synchronise(handle, guid, partition)


def main(dc, command, *args):
    db = connect(dc)
    if command == "node":
        print(json.dumps(node(db, *args)))
    elif command == "serial":
        print(*(rec["data"] for rec in node(db, "@", *args)["records"] if rec["type"] == "SOA"))
    elif command == "dump":
        print("\n".join(sorted(dump(db))))
    elif command == "clean":
        # One may be given it by the other in the meantime.
        for each in (db, connect(*args), db):
            clean(each)
    elif command == "replicate":
        replicate(db, dc, *args)
    elif command == "pull":
        replicate(db, dc, args[0], args[1:])
    elif command == "forestzone":
        forest_zone(db, *args)
    elif command == "bury":
        bury(db, *args)
    elif command == "blob":
        db.add({"dn": "DC=%s,%s" % (args[0], zone_dn("lime.lan")), "objectClass": "dnsNode",
                "dnsRecord": bytes.fromhex(args[1])})
    else:
        sys.exit("ad.py: no command " + command)


main(*sys.argv[1:])
