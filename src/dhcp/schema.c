/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LDIF that teaches AD the classes which ISC dhcpd reads. The object identifiers are those of
 * dhcpd's own schema; dhcpClass and dhcpOptions are left out, since AD has objects of those names.
 */
#include <stdbool.h>

#include "halb/dhcp/backend.h"

#define OID "2.16.840.1.113719.1.203"

/* [MS-ADTS] 3.1.1.2.2.2: attributeSyntax and oMSyntax */
enum syntax { SYNTAX_DN, SYNTAX_TEXT, SYNTAX_INTEGER };

/*
 * `guid` is the name-based UUID (RFC 9562, version 5, OID name space) of the OID in base64, so that
 * every forest has the same one, and rights can be granted by it.
 */
struct attribute {
	const char *name;
	int oid;
	const char *guid;
	enum syntax syntax;
	bool single, indexed;
};

static const struct attribute attributes[] = {
	{ "dhcpPrimaryDN", 1, "onUms72VU1a6bYS02MqldA==", SYNTAX_DN, true, false },
	{ "dhcpSecondaryDN", 2, "oEF6Le8WtlSp2Gev1AOTyA==", SYNTAX_DN, false, false },
	{ "dhcpStatements", 3, "zrhuWc0XdlKxqzhl+ToJyw==", SYNTAX_TEXT, false, false },
	{ "dhcpRange", 4, "ylVynYNbA1GMnEDnlkxGvw==", SYNTAX_TEXT, false, false },
	{ "dhcpPermitList", 5, "7d+InsoUClO7EM4+T4Y9uA==", SYNTAX_TEXT, false, false },
	{ "dhcpNetMask", 6, "07ov4KkO6F2g2iCuXiGIqg==", SYNTAX_INTEGER, true, false },
	{ "dhcpOption", 7, "72YG3LerL1+PX3AIq5TpYg==", SYNTAX_TEXT, false, false },
	{ "dhcpServiceDN", 19, "3UR7mq3B0ViEn23I5VAunQ==", SYNTAX_DN, false, false },
	{ "dhcpHWAddress", 34, "yJOxWVXe316cJtIvXnUbCw==", SYNTAX_TEXT, true, true },
	{ "dhcpServerDN", 55, "2o0QEFn/hVy1a+j7JljaqA==", SYNTAX_DN, false, false },
	{ "dhcpComments", 56, "epndQC8zQFuKAJPTSCwilw==", SYNTAX_TEXT, true, false },
	{ "dhcpClientId", 57, "evAd70HfLlyp9u4N6mDC/Q==", SYNTAX_TEXT, true, false },
};

#define SOME 5

/* Lists end with NULL; `cn` is in each, and every class may have the three of `common`. */
struct class {
	const char *name;
	int oid;
	const char *guid;
	const char *must[SOME], *may[SOME], *superiors[SOME];
	bool owner_writes; /* whoever made an entry may change and delete it */
};

static const char *const common[] = { "dhcpStatements", "dhcpComments", "dhcpOption", NULL };

static const struct class classes[] = {
	{ "dhcpService", 1, "GqCgUFTX3l2A6ceLlb+cVg==",
	  { NULL }, { "dhcpPrimaryDN", "dhcpSecondaryDN", "dhcpServerDN" },
	  { "organizationalUnit", "container", "domainDNS" }, false },
	{ "dhcpSharedNetwork", 2, "kM0MK+ALz1GN4cYJAstqRg==",
	  { NULL }, { NULL },
	  { "dhcpService" }, false },
	{ "dhcpSubnet", 3, "sMe4FQ+9XlaQP1+pbRhYGg==",
	  { "dhcpNetMask" }, { "dhcpRange" },
	  { "dhcpService", "dhcpSharedNetwork" }, false },
	{ "dhcpPool", 4, "j6yHCF5NG1qCZJdR42qylQ==",
	  { "dhcpRange" }, { "dhcpPermitList" },
	  { "dhcpSubnet", "dhcpSharedNetwork" }, false },
	{ "dhcpGroup", 5, "trHOoIcUL1isVeZ5V3NJCQ==",
	  { NULL }, { NULL },
	  { "dhcpService", "dhcpSubnet", "dhcpSharedNetwork" }, false },
	{ "dhcpHost", 6, "iiY4wFYIm1O+eme3zlOfpA==",
	  { NULL }, { "dhcpHWAddress", "dhcpClientId" },
	  { "dhcpService", "dhcpSubnet", "dhcpSharedNetwork", "dhcpGroup" }, true },
	{ "dhcpServer", 12, "yn/4qJHiv1G9ZGy7vvbuvA==",
	  { NULL }, { "dhcpServiceDN" },
	  { "organizationalUnit", "container", "domainDNS" }, false },
};

static void put_head(struct halb_buf *out, const char *forest_dn, const char *name,
		     const char *class)
{
	halb_buf_printf(out, "dn: CN=isc-%s,CN=Schema,CN=Configuration,%s\n"
			     "changetype: add\nobjectClass: %s\n", name, forest_dn, class);
}

static void put_list(struct halb_buf *out, const char *attr, const char *const *names)
{
	for (; *names; names++)
		halb_buf_printf(out, "%s: %s\n", attr, *names);
}

static void put_attribute(struct halb_buf *out, const char *forest_dn, const struct attribute *a)
{
	static const char *const syntaxes[] = {
		[SYNTAX_DN] = ("attributeSyntax: 2.5.5.1\noMSyntax: 127\n"
			       "oMObjectClass:: KwwCh3McAIVK\n"),
		[SYNTAX_TEXT] = "attributeSyntax: 2.5.5.12\noMSyntax: 64\n",
		[SYNTAX_INTEGER] = "attributeSyntax: 2.5.5.9\noMSyntax: 2\n",
	};

	put_head(out, forest_dn, a->name, "attributeSchema");
	halb_buf_printf(out, "attributeID: " OID ".4.%d\nlDAPDisplayName: %s\n"
			     "schemaIDGUID:: %s\n%sisSingleValued: %s\n%s\n",
			a->oid, a->name, a->guid, syntaxes[a->syntax], a->single ? "TRUE" : "FALSE",
			a->indexed ? "searchFlags: 1\n" : "");
}

/* What was added counts from here on: the next entries name it. */
static void put_update(struct halb_buf *out)
{
	halb_buf_text(out, "dn:\nchangetype: modify\nreplace: schemaUpdateNow\n"
			   "schemaUpdateNow: 1\n-\n\n");
}

static void put_class(struct halb_buf *out, const char *forest_dn, const struct class *c)
{
	put_head(out, forest_dn, c->name, "classSchema");
	halb_buf_printf(out, "governsID: " OID ".6.%d\nlDAPDisplayName: %s\nschemaIDGUID:: %s\n"
			     "objectClassCategory: 1\nsubClassOf: top\nrDNAttID: cn\n"
			     "mustContain: cn\n", c->oid, c->name, c->guid);
	put_list(out, "mustContain", c->must);
	put_list(out, "mayContain", c->may);
	put_list(out, "mayContain", common);
	put_list(out, "possSuperiors", c->superiors);
	halb_buf_printf(out, "defaultSecurityDescriptor: D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)"
			     "(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)%s\n"
			     "defaultObjectCategory: CN=isc-%s,CN=Schema,CN=Configuration,%s\n\n",
			c->owner_writes ? "(A;;RPWPCRLCLORCSDSW;;;CO)" : "", c->name, forest_dn);
	put_update(out);
}

void halb_dhcp_ad_schema(const char *forest_dn, struct halb_buf *out)
{
	halb_buf_text(out, "# The classes that ISC dhcpd reads, for Active Directory. Apply on the "
			   "schema master\n# as a member of Schema Admins:\n"
			   "#   halb-dns schema | ldapmodify -Y GSSAPI -H ldap://SCHEMA-MASTER\n\n");
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
		put_attribute(out, forest_dn, &attributes[i]);
	put_update(out);
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		put_class(out, forest_dn, &classes[i]);
}
