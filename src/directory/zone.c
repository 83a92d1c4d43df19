/* SPDX-License-Identifier: Apache-2.0 */
/* Zones and nodes, read. */
#include "halb/directory/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/directory/dn.h"
#include "halb/dns/adrec.h"
#include "halb/dns/property.h"

/*
 * Above this many names in a zone one paged search of the zone is cheaper than a search each; above
 * this many marks, looking at every mark is cheaper than a filter that names them all.
 */
#define FEW 64

/* ---- zones ---- */

static const char *const partition_prefix[] = {
	[HALB_PART_DOMAIN] = "CN=MicrosoftDNS,DC=DomainDnsZones,",
	[HALB_PART_FOREST] = "CN=MicrosoftDNS,DC=ForestDnsZones,",
	[HALB_PART_SYSTEM] = "CN=MicrosoftDNS,CN=System,",
};

#define PARTITIONS (sizeof partition_prefix / sizeof partition_prefix[0])

/* AD keeps stub zones and conditional forwarders beside the zones that it holds. */
static bool is_elsewhere(const struct halb_entry *entry)
{
	const struct halb_attr *properties = halb_entry_attr(entry, "dNSProperty");
	struct halb_zone_property property;

	for (size_t i = 0; properties && i < properties->n; i++)
		if (halb_zone_property_read(properties->values[i].bytes, properties->values[i].len,
					    &property, NULL) == HALB_OK &&
		    property.id == HALB_PROPERTY_TYPE && property.has_number)
			return property.number > HALB_ZONE_PRIMARY;
	return false;
}

static enum halb_status take_zone(void *arg, size_t which, const struct halb_entry *entry,
				  struct halb_error *err)
{
	struct halb_zones *zones = arg;
	struct halb_zone zone = { .partition = (enum halb_partition)which };
	struct halb_zone *items;
	char *dc;
	enum halb_status st = halb_entry_string(entry, "dc", &dc, err);

	if (st != HALB_OK)
		return st;
	/*
	 * Pseudo zones (RootDNSServers, ..TrustAnchors), what replication renamed where two DCs were
	 * given a zone at once, and what is no name are none that is served.
	 */
	if (!dc || strncmp(dc, "..", 2) == 0 || strcasecmp(dc, "RootDNSServers") == 0 ||
	    halb_rdn_cut_conflict(dc) || halb_name_parse(dc, &zone.name, NULL) != HALB_OK) {
		free(dc);
		return HALB_OK;
	}
	free(dc);
	items = realloc(zones->items, (zones->n + 1) * sizeof *items);
	if (items)
		zones->items = items;
	zone.elsewhere = is_elsewhere(entry);
	zone.dn = strdup(entry->dn);
	if (!items || !zone.dn) {
		free(zone.dn);
		return halb_fail_nomem(err);
	}
	zones->items[zones->n++] = zone;
	return HALB_OK;
}

static int compare_zones(const void *a, const void *b)
{
	const struct halb_zone *x = a, *y = b;
	int order = halb_name_cmp(&x->name, &y->name);

	return order ? order : (int)x->partition - (int)y->partition;
}

enum halb_status halb_zones_read(const struct halb_directory *dir, struct halb_zones *out,
				 struct halb_error *err)
{
	static const char *const attrs[] = { "dc", "dNSProperty", NULL };
	struct halb_zones zones = { 0 };
	struct halb_search searches[PARTITIONS];
	struct halb_buf bases[PARTITIONS] = { 0 };
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < PARTITIONS; i++) {
		halb_buf_text(&bases[i], partition_prefix[i]);
		halb_buf_text(&bases[i], i == HALB_PART_FOREST ? dir->forest_dn : dir->domain_dn);
		searches[i] = (struct halb_search){ halb_buf_string(&bases[i]), HALB_SCOPE_ONE,
						    "(objectClass=dnsZone)", attrs, true };
		if (bases[i].bad)
			st = halb_fail_nomem(err);
	}
	if (st == HALB_OK)
		st = halb_directory_search(dir, searches, PARTITIONS, take_zone, &zones, err);
	for (size_t i = 0; i < PARTITIONS; i++)
		halb_buf_clear(&bases[i]);
	if (st != HALB_OK) {
		halb_zones_clear(&zones);
		return st;
	}
	if (zones.n)
		qsort(zones.items, zones.n, sizeof *zones.items, compare_zones);
	*out = zones;
	return HALB_OK;
}

/* ---- nodes ---- */

char *halb_node_dn(const struct halb_zone *zone, const struct halb_name *name)
{
	struct halb_buf dn = { 0 };
	char node[HALB_NAME_TEXT];

	halb_buf_text(&dn, "DC=");
	halb_dn_escape(&dn, halb_name_relative(name, &zone->name, node));
	halb_buf_printf(&dn, ",%s", zone->dn);
	return halb_buf_take_string(&dn);
}

/* What a search of the batch is for. */
struct node_search {
	struct halb_zone *zone;
	char *base, *filter; /* owned; filter NULL: any object */
	bool whole_zone;
	bool soa;
};

struct reading {
	struct halb_nodes nodes;
	const struct halb_zones *zones;
	struct node_search *searches;
	size_t n_searches, room;
	struct halb_name *names; /* sorted; owned, like the two below */
	const struct halb_zone **zone_of; /* each name's zone, NULL where there is none */
	size_t n_names;
	const char **marks; /* sorted */
	size_t n_marks;
};

static enum halb_status take_value(struct halb_node *node, const struct halb_value *value,
				   struct halb_error *err)
{
	struct halb_node_value *to = &node->values[node->n_values];
	struct halb_error why;
	enum halb_status st;

	to->bytes = malloc(value->len + 1);
	if (!to->bytes)
		return halb_fail_nomem(err);
	memcpy(to->bytes, value->bytes, value->len);
	to->len = value->len;
	node->n_values++;
	st = halb_adrec_decode(value->bytes, value->len, &to->rec, &why);
	if (st == HALB_E_NOMEM)
		return halb_fail_nomem(err);
	to->malformed = st != HALB_OK;
	return HALB_OK;
}

static enum halb_status fill_node(struct halb_node *node, const struct halb_entry *entry,
				  struct halb_error *err)
{
	const struct halb_attr *records = halb_entry_attr(entry, "dnsRecord");
	char *tombstoned;
	enum halb_status st = halb_entry_string(entry, "dNSTombstoned", &tombstoned, err);

	if (st != HALB_OK)
		return st;
	node->exists = true;
	node->has_flag = tombstoned != NULL;
	node->tombstoned = tombstoned && strcasecmp(tombstoned, "TRUE") == 0;
	free(tombstoned);
	st = halb_entry_string(entry, "adminDescription", &node->mark, err);
	if (st != HALB_OK)
		return st;
	node->dn = strdup(entry->dn);
	node->values = calloc(records && records->n ? records->n : 1, sizeof *node->values);
	if (!node->dn || !node->values)
		return halb_fail_nomem(err);
	for (size_t i = 0; st == HALB_OK && records && i < records->n; i++)
		st = take_value(node, &records->values[i], err);
	return st;
}

static enum halb_status append_node(struct halb_nodes *nodes, struct halb_node *take_node,
				    struct halb_error *err)
{
	if (nodes->n == nodes->room) {
		size_t room = nodes->room ? nodes->room * 2 : 8;
		struct halb_node *items = realloc(nodes->items, room * sizeof *items);

		if (!items) {
			halb_node_clear(take_node);
			return halb_fail_nomem(err);
		}
		nodes->items = items;
		nodes->room = room;
	}
	nodes->items[nodes->n++] = *take_node;
	*take_node = (struct halb_node){ 0 };
	return HALB_OK;
}

/* Keeps of an object that is not its name's node what there is to say about it. */
static enum halb_status append_stray(struct halb_nodes *nodes, enum halb_stray_kind kind,
				     struct halb_node *node, struct halb_error *err)
{
	struct halb_stray *strays;

	for (size_t i = 0; i < nodes->n_strays; i++)
		if (strcmp(nodes->strays[i].dn, node->dn) == 0)
			return HALB_OK; /* two searches found it */
	strays = realloc(nodes->strays, (nodes->n_strays + 1) * sizeof *strays);
	if (!strays)
		return halb_fail_nomem(err);
	nodes->strays = strays;
	strays[nodes->n_strays++] = (struct halb_stray){ kind, node->name, node->zone, node->dn };
	node->dn = NULL;
	return HALB_OK;
}

static int compare_names(const void *a, const void *b)
{
	return halb_name_cmp(a, b);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_asked_for(const struct reading *reading, const struct halb_node *node)
{
	if (bsearch(&node->name, reading->names, reading->n_names, sizeof *reading->names,
		    compare_names))
		return true;
	return node->mark && bsearch(&node->mark, reading->marks, reading->n_marks,
				     sizeof *reading->marks, compare_texts);
}

static void take_serial(struct halb_zone *zone, const struct halb_node *apex)
{
	for (size_t i = 0; i < apex->n_values; i++) {
		const struct halb_record *rec = &apex->values[i].rec;

		if (apex->values[i].malformed || rec->type != HALB_RR_SOA)
			continue;
		zone->serial = rec->soa.serial;
		zone->has_soa = true;
	}
}

static bool delegates(const struct halb_node *node)
{
	for (size_t i = 0; i < node->n_values; i++)
		if (!node->values[i].malformed && node->values[i].rec.type == HALB_RR_NS)
			return true;
	return false;
}

/*
 * A longer zone hides what its parent still holds of its names, so that DNS never answers with that;
 * but by its delegation the parent leads there.
 */
static enum halb_status keep_node(struct reading *reading, struct halb_node *node, bool conflict,
				  struct halb_error *err)
{
	bool hidden = halb_zones_find(reading->zones, &node->name, NULL) != node->zone;

	if (!is_asked_for(reading, node))
		return HALB_OK;
	if (!conflict && !hidden)
		return append_node(&reading->nodes, node, err);
	if (halb_node_is_dead(node) || (hidden && delegates(node)))
		return HALB_OK;
	return append_stray(&reading->nodes, conflict ? HALB_STRAY_CONFLICT : HALB_STRAY_HIDDEN,
			    node, err);
}

static enum halb_status take_node(void *arg, size_t which, const struct halb_entry *entry,
				  struct halb_error *err)
{
	struct reading *reading = arg;
	const struct node_search *search = &reading->searches[which];
	struct halb_node node = { .zone = search->zone };
	bool named, conflict;
	char *dc;
	enum halb_status st = halb_entry_string(entry, "dc", &dc, err);

	if (st != HALB_OK)
		return st;
	/* A node whose name is none (Samba lets it be written) is not one that we ask for. */
	conflict = dc && halb_rdn_cut_conflict(dc);
	named = dc && halb_name_join(dc, &search->zone->name, &node.name, NULL) == HALB_OK;
	free(dc);
	if (!named)
		return HALB_OK;
	st = fill_node(&node, entry, err);
	if (st == HALB_OK && search->soa && !conflict)
		take_serial(search->zone, &node);
	if (st == HALB_OK && !search->soa)
		st = keep_node(reading, &node, conflict, err);
	halb_node_clear(&node);
	return st;
}

/* Adds a search; takes both texts, NULL means that making one ran out of memory. */
static enum halb_status add_search(struct reading *reading, struct halb_zone *zone,
				   char *take_base, char *take_filter, bool whole_zone, bool soa,
				   struct halb_error *err)
{
	if (reading->n_searches == reading->room) {
		size_t room = reading->room ? reading->room * 2 : 16;
		struct node_search *searches =
			realloc(reading->searches, room * sizeof *searches);

		if (searches) {
			reading->searches = searches;
			reading->room = room;
		}
	}
	if (!take_base || !take_filter || reading->n_searches == reading->room) {
		free(take_base);
		free(take_filter);
		return halb_fail_nomem(err);
	}
	reading->searches[reading->n_searches++] = (struct node_search){
		zone, take_base, take_filter, whole_zone, soa };
	return HALB_OK;
}

#define CONFLICTS "(dc=*\\0aCNF:*)"

/* What is marked, and what replication renamed: whatever it is called now. */
static char *mark_filter(const struct reading *reading)
{
	struct halb_buf filter = { 0 };

	if (reading->n_marks > FEW)
		return strdup("(&(objectClass=dnsNode)(|(adminDescription=*)" CONFLICTS "))");
	halb_buf_text(&filter, "(&(objectClass=dnsNode)(|" CONFLICTS);
	for (size_t i = 0; i < reading->n_marks; i++) {
		halb_buf_text(&filter, "(adminDescription=");
		halb_filter_escape(&filter, reading->marks[i]);
		halb_buf_text(&filter, ")");
	}
	halb_buf_text(&filter, "))");
	return halb_buf_take_string(&filter);
}

/*
 * The searches for one zone: its SOA, the names that are asked for (also those that belong to a
 * longer zone), what is marked there.
 */
static enum halb_status plan_zone(struct reading *reading, struct halb_zone *zone,
				  struct halb_error *err)
{
	struct halb_buf apex = { 0 };
	size_t n = 0;
	enum halb_status st;

	for (size_t i = 0; i < reading->n_names; i++)
		n += halb_name_within(&reading->names[i], &zone->name);
	if (!n && !reading->n_marks)
		return HALB_OK;
	halb_buf_printf(&apex, "DC=@,%s", zone->dn);
	st = add_search(reading, zone, halb_buf_take_string(&apex), strdup("(objectClass=dnsNode)"),
			false, true, err);
	if (st == HALB_OK && n > FEW)
		return add_search(reading, zone, strdup(zone->dn), strdup("(objectClass=dnsNode)"),
				  true, false, err);
	for (size_t i = 0; st == HALB_OK && i < reading->n_names; i++)
		if (halb_name_within(&reading->names[i], &zone->name))
			st = add_search(reading, zone, halb_node_dn(zone, &reading->names[i]),
					strdup("(objectClass=dnsNode)"), false, false, err);
	if (st == HALB_OK && reading->n_marks)
		st = add_search(reading, zone, strdup(zone->dn), mark_filter(reading), true, false,
				err);
	return st;
}

static enum halb_status run_searches(const struct halb_directory *dir, struct reading *reading,
				     struct halb_searches *with, struct halb_error *err)
{
	static const char *const attrs[] = { "dc", "dnsRecord", "dNSTombstoned",
					     "adminDescription", NULL };
	struct halb_search *searches = calloc(reading->n_searches + 1, sizeof *searches);
	struct halb_searches alone = { 0 };

	if (!searches)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < reading->n_searches; i++) {
		const struct node_search *search = &reading->searches[i];

		searches[i] = (struct halb_search){
			search->base, search->whole_zone ? HALB_SCOPE_ONE : HALB_SCOPE_BASE,
			search->filter, attrs, !search->whole_zone };
	}
	if (!with)
		with = &alone;
	halb_searches_add(with, searches, reading->n_searches, take_node, reading);
	free(searches);
	return halb_searches_run(with, dir, err);
}

static int compare_nodes(const void *a, const void *b)
{
	const struct halb_node *x = a, *y = b;
	int order = halb_name_cmp(&x->name, &y->name);

	/* A name that exists in two partitions: the zone's order. */
	return order ? order : (x->zone > y->zone) - (x->zone < y->zone);
}

/* Sorts, and drops what two searches found both. */
static void sort_nodes(struct halb_nodes *nodes)
{
	size_t kept = 0;

	if (nodes->n)
		qsort(nodes->items, nodes->n, sizeof *nodes->items, compare_nodes);
	for (size_t i = 0; i < nodes->n; i++) {
		if (kept && compare_nodes(&nodes->items[kept - 1], &nodes->items[i]) == 0)
			halb_node_clear(&nodes->items[i]);
		else
			nodes->items[kept++] = nodes->items[i];
	}
	nodes->n = kept;
}

/* The names that were asked for and do not exist become nodes that do not exist. */
static enum halb_status add_absent(struct reading *reading, struct halb_error *err)
{
	size_t n_found = reading->nodes.n;

	for (size_t i = 0; i < reading->n_names; i++) {
		const struct halb_nodes sorted = { .items = reading->nodes.items, .n = n_found };
		const struct halb_zone *zone = reading->zone_of[i];
		struct halb_node node = { .name = reading->names[i], .zone = zone };

		if (!zone || halb_nodes_find(&sorted, &node.name))
			continue;
		node.dn = halb_node_dn(zone, &node.name);
		if (!node.dn)
			return halb_fail_nomem(err);
		if (append_node(&reading->nodes, &node, err) != HALB_OK)
			return HALB_E_NOMEM;
	}
	return HALB_OK;
}

static void clear_reading(struct reading *reading)
{
	for (size_t i = 0; i < reading->n_searches; i++) {
		free(reading->searches[i].base);
		free(reading->searches[i].filter);
	}
	free(reading->searches);
	free(reading->names);
	free(reading->zone_of);
	free(reading->marks);
	halb_nodes_clear(&reading->nodes);
}

/* Names and marks in sorted order: each node is looked up in both. */
static enum halb_status start_reading(struct reading *reading, const struct halb_name *names,
				      const char *const *marks, struct halb_error *err)
{
	reading->names = calloc(reading->n_names + 1, sizeof *reading->names);
	reading->zone_of = calloc(reading->n_names + 1, sizeof *reading->zone_of);
	reading->marks = calloc(reading->n_marks + 1, sizeof *reading->marks);
	if (!reading->names || !reading->zone_of || !reading->marks)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < reading->n_names; i++)
		reading->names[i] = names[i];
	for (size_t i = 0; i < reading->n_marks; i++)
		reading->marks[i] = marks[i];
	qsort(reading->names, reading->n_names, sizeof *reading->names, compare_names);
	qsort(reading->marks, reading->n_marks, sizeof *reading->marks, compare_texts);
	for (size_t i = 0; i < reading->n_names; i++)
		reading->zone_of[i] = halb_zones_find(reading->zones, &reading->names[i], NULL);
	return HALB_OK;
}

enum halb_status halb_nodes_read(const struct halb_directory *dir, struct halb_zones *zones,
				 const struct halb_name *names, size_t n_names,
				 const char *const *marks, size_t n_marks, struct halb_searches *with,
				 struct halb_nodes *out, struct halb_error *err)
{
	struct reading reading = { .zones = zones, .n_names = n_names, .n_marks = n_marks };
	enum halb_status st = start_reading(&reading, names, marks, err);

	for (size_t i = 0; st == HALB_OK && i < zones->n; i++)
		st = plan_zone(&reading, &zones->items[i], err);
	if (st == HALB_OK)
		st = run_searches(dir, &reading, with, err);
	sort_nodes(&reading.nodes);
	if (st == HALB_OK)
		st = add_absent(&reading, err);
	sort_nodes(&reading.nodes);
	if (st == HALB_OK) {
		*out = reading.nodes;
		reading.nodes = (struct halb_nodes){ 0 };
	}
	clear_reading(&reading);
	return st;
}
