/* SPDX-License-Identifier: Apache-2.0 */
/* lime.lan. */
#include "world.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halb/directory/zone.h"
#include "halb/dns/adrec.h"

/* ---- values ---- */

struct halb_name name_of(const char *text)
{
	struct halb_name name;
	struct halb_error err;

	cr_assert_eq(halb_name_parse(text, &name, &err), HALB_OK, "%s", err.text);
	return name;
}

static struct halb_record record(uint16_t type, uint32_t ttl)
{
	return (struct halb_record){ .type = type, .rank = HALB_RANK_ZONE, .serial = 7,
				     .ttl = ttl };
}

struct halb_record rec_address(const char *address, uint32_t ttl)
{
	struct halb_record rec = record(HALB_RR_A, ttl);

	cr_assert(halb_addr_parse(address, &rec.addr));
	rec.type = rec.addr.len == 4 ? HALB_RR_A : HALB_RR_AAAA;
	return rec;
}

struct halb_record rec_name(uint16_t type, const char *name, uint32_t ttl)
{
	struct halb_record rec = record(type, ttl);

	rec.name = name_of(name);
	return rec;
}

struct halb_record rec_mx(void)
{
	struct halb_record rec = record(HALB_RR_MX, 900);

	rec.mx.preference = 10;
	rec.mx.name = name_of("mail.lime.lan");
	return rec;
}

struct halb_record rec_txt(void)
{
	static uint8_t bytes[] = { 2, 'h', 'i' };
	struct halb_record rec = record(HALB_RR_TXT, 900);

	rec.raw.bytes = bytes;
	rec.raw.len = sizeof bytes;
	return rec;
}

/* ---- the directory ---- */

static void put_containers(struct memdir *dir)
{
	memdir_put(dir, "DC=DomainDnsZones,DC=lime,DC=lan", "domainDNS");
	memdir_put(dir, DOMAIN_ZONES, "container");
	memdir_put(dir, "DC=ForestDnsZones,DC=lime,DC=lan", "domainDNS");
	memdir_put(dir, FOREST_ZONES, "container");
	memdir_put(dir, "CN=System,DC=lime,DC=lan", "container");
	memdir_put(dir, SYSTEM_ZONES, "container");
}

static void put_dhcp(struct memdir *dir)
{
	static const char class[] = "CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan";

	memdir_put(dir, class, "classSchema");
	memdir_text(dir, class, "lDAPDisplayName", "dhcpHost");
	memdir_put(dir, "OU=DHCP,DC=lime,DC=lan", "organizationalUnit");
	memdir_put(dir, SERVICE, "dhcpService");
	memdir_put(dir, SUBNET, "dhcpSubnet");
	memdir_text(dir, SUBNET, "dhcpNetMask", "24");
	memdir_text(dir, SUBNET, "dhcpRange", "192.168.11.100 192.168.11.199");
}

void world_zone(struct world *w, const char *name, const char *container)
{
	struct halb_record soa = record(HALB_RR_SOA, 3600);
	char dn[400], apex[400];

	soa.soa.serial = WORLD_SERIAL;
	soa.soa.mname = name_of("dc1.lime.lan");
	soa.soa.rname = name_of("hostmaster.lime.lan");
	snprintf(dn, sizeof dn, "DC=%s,%s", name, container);
	snprintf(apex, sizeof apex, "DC=@,%.380s", dn);
	memdir_put(&w->dir, dn, "dnsZone");
	world_node(w, apex, &soa, NULL);
}

void world_reverse(struct world *w)
{
	world_zone(w, "11.168.192.in-addr.arpa", DOMAIN_ZONES);
}

void world_node(struct world *w, const char *dn, const struct halb_record *rec, const char *mark)
{
	memdir_put(&w->dir, dn, "dnsNode");
	memdir_record(&w->dir, dn, rec);
	if (mark)
		memdir_text(&w->dir, dn, "adminDescription", mark);
}

void world_tombstone(struct world *w, const char *dn, const char *mark)
{
	const struct halb_record rec = { .type = HALB_RR_TOMBSTONE, .serial = 9,
					 .entombed = halb_filetime_from_unix(WORLD_NOW - 3600) };

	world_node(w, dn, &rec, mark);
	memdir_text(&w->dir, dn, "dNSTombstoned", "TRUE");
}

void world_host(struct world *w, const char *dn, const char *hardware, const char *address,
		const char *mark)
{
	char text[100];

	memdir_put(&w->dir, dn, "dhcpHost");
	if (hardware)
		memdir_text(&w->dir, dn, "dhcpHWAddress", hardware);
	snprintf(text, sizeof text, "fixed-address %s", address ? address : "");
	if (address)
		memdir_text(&w->dir, dn, "dhcpStatements", text);
	if (mark)
		memdir_text(&w->dir, dn, "adminDescription", mark);
}

/* ---- the site ---- */

struct halb_balancer *world_balancer(struct world *w, const char *name, const char *vip,
				     const char *mac, const char *apex)
{
	struct halb_balancer *all = realloc(w->site.balancers,
					    (w->site.n_balancers + 1) * sizeof *all);
	struct halb_balancer *b;

	cr_assert(all);
	w->site.balancers = all;
	b = &all[w->site.n_balancers++];
	*b = (struct halb_balancer){ .name = strdup(name), .has_mac = true,
				     .apex = name_of(apex), .ttl = 900, .ptr = HALB_PTR_AUTO };
	cr_assert(halb_addr_parse(vip, &b->vip));
	cr_assert(halb_mac_parse(mac, &b->mac));
	return b;
}

void world_set_alias(struct halb_balancer *b, const char *alias)
{
	free(b->aliases);
	b->aliases = NULL;
	b->n_aliases = alias != NULL;
	if (!alias)
		return;
	b->aliases = malloc(sizeof *b->aliases);
	cr_assert(b->aliases);
	b->aliases[0] = name_of(alias);
}

static void take_line(void *arg, const char *line)
{
	struct world *w = arg;

	halb_buf_printf(&w->audited, "%s\n", line);
}

static void init_journal(struct world *w)
{
	snprintf(w->journal_path, sizeof w->journal_path, "/tmp/halb-test.XXXXXX");
	cr_assert(mkdtemp(w->journal_path));
	w->journal = (struct halb_journal){ w->journal_path, take_line, w };
	w->head = (struct halb_run_head){ .user = "tester", .uid = getuid(),
					  .login = "halb-dns@LIME.LAN",
					  .server = w->dir.directory.server,
					  .domain = "lime.lan" };
}

static void clear_journal(struct world *w)
{
	DIR *dir = opendir(w->journal_path);

	for (struct dirent *at = dir ? readdir(dir) : NULL; at; at = readdir(dir))
		if (strcmp(at->d_name, ".") != 0 && strcmp(at->d_name, "..") != 0)
			unlinkat(dirfd(dir), at->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(w->journal_path);
	halb_buf_clear(&w->audited);
}

void world_init(struct world *w)
{
	*w = (struct world){ 0 };
	memdir_init(&w->dir);
	init_journal(w);
	put_containers(&w->dir);
	world_zone(w, "lime.lan", DOMAIN_ZONES);
	put_dhcp(&w->dir);
	w->site.domain = name_of("lime.lan");
	w->site.dhcp_backend = HALB_DHCP_AD;
	w->site.dhcp_service = strdup(SERVICE);
	world_set_alias(world_balancer(w, "k8s1", "192.168.11.11", "02:00:00:00:01:01",
				       "k8s1.lime.lan"),
			"kube.lime.lan");
}

static void forget(struct world *w)
{
	halb_plan_clear(&w->plan);
	halb_nodes_clear(&w->nodes);
	halb_zones_clear(&w->zones);
	halb_dhcp_config_clear(&w->dhcp);
}

void world_clear(struct world *w)
{
	forget(w);
	for (size_t i = 0; i < w->site.n_balancers; i++) {
		free(w->site.balancers[i].name);
		free(w->site.balancers[i].aliases);
	}
	free(w->site.balancers);
	free(w->site.dhcp_service);
	clear_journal(w);
	memdir_clear(&w->dir);
	free(w->remembered);
}

void world_remember(struct world *w)
{
	free(w->remembered);
	w->remembered = memdir_dump(&w->dir);
}

void world_expect_as_remembered(const struct world *w)
{
	char *now = memdir_dump(&w->dir);

	cr_expect_str_eq(now, w->remembered);
	free(now);
}

/* ---- what the program does ---- */

void world_read(struct world *w)
{
	struct halb_names names;
	struct halb_marks marks;
	struct halb_searches searches = { 0 };
	struct halb_error err = { 0 };

	forget(w);
	cr_assert_eq(halb_zones_read(&w->dir.directory, &w->zones, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(halb_plan_names(&w->site, &w->zones, &names, &err), HALB_OK);
	cr_assert_eq(halb_plan_marks(&w->site, &marks, &err), HALB_OK);
	if (w->site.dhcp_backend == HALB_DHCP_AD)
		halb_dhcp_ad.ask(&w->dir.directory, w->site.dhcp_service, &w->dhcp, &searches);
	cr_assert_eq(halb_nodes_read(&w->dir.directory, &w->zones, names.items, names.n,
				     (const char *const *)marks.items, marks.n, &searches, &w->nodes,
				     &err),
		     HALB_OK, "%s", err.text);
	halb_marks_clear(&marks);
	free(names.items);
}

static struct halb_present present(const struct world *w)
{
	return (struct halb_present){ .zones = &w->zones,
				      .nodes = &w->nodes,
				      .dhcp = w->site.dhcp_backend == HALB_DHCP_AD ? &w->dhcp
										   : NULL,
				      .locate = halb_dhcp_ad.locate,
				      .server = w->dir.directory.server };
}

void world_register(struct world *w)
{
	struct halb_error err = { 0 };
	struct halb_present there;

	world_read(w);
	there = present(w);
	cr_assert_eq(halb_plan_register(&w->site, &there, &w->options, &w->plan, &err), HALB_OK,
		     "%s", err.text);
}

void world_unregister(struct world *w)
{
	struct halb_error err = { 0 };
	struct halb_present there;

	world_read(w);
	there = present(w);
	cr_assert_eq(halb_plan_unregister(&w->site, &there, &w->plan, &err), HALB_OK, "%s",
		     err.text);
}

enum halb_status world_apply(struct world *w, size_t *applied, struct halb_error *err)
{
	struct halb_steps steps = { 0 };
	enum halb_status st = halb_steps_of_plan(&w->dir.directory, &halb_dhcp_ad, &w->plan,
						 WORLD_NOW, &steps, err);

	w->head.command = "register";
	w->head.checksum = w->plan.checksum;
	if (st == HALB_OK)
		st = halb_apply(&w->dir.directory, &w->journal, &w->head, &steps, w->over,
				&w->applied, err);
	*applied = w->applied.n;
	halb_steps_clear(&steps);
	return st;
}

void world_settle_dead(struct world *w)
{
	struct halb_error err = { 0 };

	cr_assert_eq(halb_settle(&w->dir.directory, &w->journal, "lime.lan", false, &err),
		     HALB_OK, "%s", err.text);
}

struct halb_runs world_history(struct world *w)
{
	struct halb_runs runs;
	struct halb_error err = { 0 };

	cr_assert_eq(halb_journal_read(&w->journal, &runs, &err), HALB_OK, "%s", err.text);
	return runs;
}

enum halb_status world_undo(struct world *w, const char *id, struct halb_error *err)
{
	struct halb_steps steps = { 0 };
	const struct halb_run *run = NULL;
	struct halb_runs runs;
	enum halb_status st;

	world_settle_dead(w);
	runs = world_history(w);
	forget(w);
	w->applied = (struct halb_applied){ 0 };
	st = halb_undo_find(&runs, id, "lime.lan", &run, err);
	if (st == HALB_OK && run)
		st = halb_undo_plan(&w->dir.directory, run, WORLD_NOW, &w->plan, &steps, err);
	if (st == HALB_OK)
		st = w->plan.verdict;
	w->head.command = "undo";
	w->head.checksum = w->plan.checksum;
	w->head.undoes = run ? run->id : NULL;
	if (st == HALB_OK)
		st = halb_apply(&w->dir.directory, &w->journal, &w->head, &steps, w->over,
				&w->applied, err);
	w->head.undoes = NULL;
	halb_steps_clear(&steps);
	halb_runs_clear(&runs);
	return st;
}

void world_settle(struct world *w)
{
	struct halb_error err = { 0 };
	size_t applied;

	world_register(w);
	cr_assert_eq(w->plan.verdict, HALB_OK);
	cr_assert_eq(world_apply(w, &applied, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(applied, halb_plan_writes(&w->plan));
}

const struct halb_change *world_change(const struct world *w, const char *type, const char *name)
{
	const struct halb_change *found = NULL;

	for (size_t i = 0; i < w->plan.n; i++) {
		const struct halb_change *change = &w->plan.changes[i];

		if (strcmp(change->type, type) != 0 || strcmp(change->name, name) != 0)
			continue;
		cr_assert_not(found, "two changes of %s %s", type, name);
		found = change;
	}
	return found;
}

const struct halb_finding *world_finding(const struct world *w, enum halb_code code)
{
	for (size_t i = 0; i < w->plan.findings.n; i++)
		if (w->plan.findings.items[i].code == code)
			return &w->plan.findings.items[i];
	return NULL;
}
