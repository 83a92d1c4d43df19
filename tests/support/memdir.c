/* SPDX-License-Identifier: Apache-2.0 */
/* The directory in memory. */
#include "memdir.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter_priv.h"
#include "halb/directory/dn.h"
#include "halb/dns/adrec.h"

/* ---- entries ---- */

static void *room_for(void *items, size_t n, size_t size)
{
	void *bigger = realloc(items, (n + 1) * size);

	cr_assert(bigger);
	return bigger;
}

static void clear_attr(struct memdir_attr *attr)
{
	for (size_t i = 0; i < attr->n; i++)
		free(attr->values[i].bytes);
	free(attr->values);
	free(attr->name);
}

static void clear_entry(struct memdir_entry *entry)
{
	for (size_t i = 0; i < entry->n; i++)
		clear_attr(&entry->attrs[i]);
	free(entry->attrs);
	free(entry->dn);
	*entry = (struct memdir_entry){ 0 };
}

static struct memdir_attr *attr_of(const struct memdir_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->n; i++)
		if (strcasecmp(entry->attrs[i].name, name) == 0)
			return &entry->attrs[i];
	return NULL;
}

static void add_value(struct memdir_entry *entry, const char *name, const void *bytes, size_t len)
{
	struct memdir_attr *attr = attr_of(entry, name);
	uint8_t *copy = malloc(len + 1);

	cr_assert(copy);
	if (len)
		memcpy(copy, bytes, len);
	if (!attr) {
		entry->attrs = room_for(entry->attrs, entry->n, sizeof *entry->attrs);
		attr = &entry->attrs[entry->n++];
		*attr = (struct memdir_attr){ .name = strdup(name) };
	}
	attr->values = room_for(attr->values, attr->n, sizeof *attr->values);
	attr->values[attr->n++] = (struct memdir_value){ copy, len };
}

static void drop_attr(struct memdir_entry *entry, struct memdir_attr *attr)
{
	clear_attr(attr);
	*attr = entry->attrs[--entry->n];
}

static size_t find_value(const struct memdir_attr *attr, const struct halb_value *value)
{
	size_t i = 0;

	while (i < attr->n && (attr->values[i].len != value->len ||
			       memcmp(attr->values[i].bytes, value->bytes, value->len) != 0))
		i++;
	return i;
}

static struct memdir_entry copy_entry(const struct memdir_entry *from)
{
	struct memdir_entry copy = { .dn = strdup(from->dn) };

	for (size_t i = 0; i < from->n; i++)
		for (size_t v = 0; v < from->attrs[i].n; v++)
			add_value(&copy, from->attrs[i].name, from->attrs[i].values[v].bytes,
				  from->attrs[i].values[v].len);
	return copy;
}

/* The rootDSE's DN is empty. */
static bool same_dn(const char *a, const char *b)
{
	return *a && *b ? halb_dn_equal(a, b) : *a == *b;
}

static struct memdir_entry *entry_at(const struct memdir *dir, const char *dn)
{
	for (size_t i = 0; i < dir->n; i++)
		if (same_dn(dir->entries[i].dn, dn))
			return &dir->entries[i];
	return NULL;
}

/* What follows the first RDN; NULL where nothing does. */
static const char *parent_of(const char *dn)
{
	for (; *dn && *dn != ','; dn++)
		if (*dn == '\\' && dn[1])
			dn++;
	return *dn ? dn + 1 : NULL;
}

static bool lies_below(const char *dn, const char *base)
{
	while ((dn = parent_of(dn)))
		if (halb_dn_equal(dn, base))
			return true;
	return false;
}

/* AD gives the naming attribute by itself, without the DN's escapes. */
static void name_entry(struct memdir_entry *entry)
{
	size_t len = strcspn(entry->dn, "=");
	char name[16], value[512];
	const char *at = entry->dn + len + 1;
	size_t n = 0;

	cr_assert(len < sizeof name && entry->dn[len]);
	memcpy(name, entry->dn, len);
	name[len] = '\0';
	for (; *at && *at != ','; at++) {
		char hex[3] = { at[0] == '\\' ? at[1] : 0, at[0] == '\\' ? at[2] : 0, 0 };
		char *end = hex;
		unsigned long byte = hex[0] ? strtoul(hex, &end, 16) : 0;

		cr_assert_lt(n, sizeof value);
		if (end == hex + 2)
			value[n++] = (char)byte;
		else
			value[n++] = *at == '\\' ? at[1] : *at;
		at += *at != '\\' ? 0 : end == hex + 2 ? 2 : 1;
	}
	add_value(entry, strcasecmp(name, "DC") == 0 ? "dc" : "cn", value, n);
}

static struct memdir_entry *make_entry(struct memdir *dir, const char *dn)
{
	struct memdir_entry *entry;

	dir->entries = room_for(dir->entries, dir->n, sizeof *dir->entries);
	entry = &dir->entries[dir->n++];
	*entry = (struct memdir_entry){ .dn = strdup(dn) };
	if (*dn)
		name_entry(entry);
	return entry;
}

static void remove_entry(struct memdir *dir, struct memdir_entry *entry)
{
	clear_entry(entry);
	memmove(entry, entry + 1, (size_t)(dir->entries + dir->n - entry - 1) * sizeof *entry);
	dir->n--;
}

/* ---- searching ---- */

static bool in_scope(const struct halb_search *search, const char *dn)
{
	const char *parent = parent_of(dn);

	switch (search->scope) {
	case HALB_SCOPE_BASE:
		return same_dn(dn, search->base);
	case HALB_SCOPE_ONE:
		return parent && halb_dn_equal(parent, search->base);
	case HALB_SCOPE_SUBTREE:
		return halb_dn_equal(dn, search->base) || lies_below(dn, search->base);
	}
	return false;
}

static bool is_asked_for(const struct halb_search *search, const char *name)
{
	for (const char *const *asked = search->attrs; *asked; asked++)
		if (strcmp(*asked, "*") == 0 || strcasecmp(*asked, name) == 0)
			return true;
	return false;
}

static enum halb_status deliver(const struct memdir_entry *entry, const struct halb_search *search,
				size_t which, halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	struct halb_attr attrs[16];
	struct halb_value values[64];
	struct halb_entry out = { entry->dn, attrs, 0 };
	size_t used = 0;

	for (size_t a = 0; a < entry->n; a++) {
		const struct memdir_attr *attr = &entry->attrs[a];

		if (!is_asked_for(search, attr->name))
			continue;
		cr_assert(out.n_attrs < 16 && used + attr->n <= 64);
		attrs[out.n_attrs++] = (struct halb_attr){ attr->name, values + used, attr->n };
		for (size_t i = 0; i < attr->n; i++)
			values[used++] = (struct halb_value){ attr->values[i].bytes,
							      attr->values[i].len };
	}
	return fn(arg, which, &out, err);
}

static enum halb_status search_one(struct memdir *dir, const struct halb_search *search,
				   size_t which, halb_entry_fn *fn, void *arg,
				   struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	dir->n_searches++;
	if (dir->gone || (dir->deaf && same_dn(dir->deaf, search->base)))
		return halb_fail(err, HALB_E_UNREACHABLE, "%s: no answer", dir->directory.server);
	if (!entry_at(dir, search->base))
		return search->may_be_absent ? HALB_OK
					     : halb_fail(err, HALB_E_NOTFOUND, "%s: no such object",
							 search->base);
	for (size_t i = 0; st == HALB_OK && i < dir->n; i++)
		if (in_scope(search, dir->entries[i].dn) &&
		    filter_matches(search->filter, &dir->entries[i]))
			st = deliver(&dir->entries[i], search, which, fn, arg, err);
	return st;
}

static enum halb_status run_searches(void *self, const struct halb_search *searches, size_t n,
				     halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < n; i++)
		st = search_one(self, &searches[i], i, fn, arg, err);
	return st;
}

/* ---- writing ---- */

static bool is_single(const char *attr)
{
	return strcasecmp(attr, "dNSTombstoned") == 0 ||
	       strcasecmp(attr, "adminDescription") == 0 ||
	       strcasecmp(attr, "dhcpHWAddress") == 0;
}

static enum halb_status mod_add(struct memdir_entry *entry, const struct halb_mod *mod)
{
	for (size_t i = 0; i < mod->n; i++) {
		const struct memdir_attr *attr = attr_of(entry, mod->attr);

		if (attr && (is_single(mod->attr) || find_value(attr, &mod->values[i]) < attr->n))
			return HALB_E_RETRY; /* 20, attributeOrValueExists */
		add_value(entry, mod->attr, mod->values[i].bytes, mod->values[i].len);
	}
	return HALB_OK;
}

static enum halb_status mod_delete(struct memdir_entry *entry, const struct halb_mod *mod)
{
	struct memdir_attr *attr = attr_of(entry, mod->attr);

	for (size_t i = 0; attr && i < mod->n; i++) {
		size_t at = find_value(attr, &mod->values[i]);

		if (at == attr->n)
			return HALB_E_RETRY;
		free(attr->values[at].bytes);
		memmove(&attr->values[at], &attr->values[at + 1],
			(attr->n - at - 1) * sizeof *attr->values);
		attr->n--;
	}
	if (!attr)
		return HALB_E_RETRY; /* 16, noSuchAttribute */
	if (!attr->n || !mod->n)
		drop_attr(entry, attr);
	return HALB_OK;
}

static enum halb_status apply_mod(struct memdir_entry *entry, const struct halb_mod *mod)
{
	struct memdir_attr *attr;

	switch (mod->op) {
	case HALB_MOD_ADD:
		return mod_add(entry, mod);
	case HALB_MOD_DELETE:
		return mod_delete(entry, mod);
	case HALB_MOD_REPLACE:
		attr = attr_of(entry, mod->attr);
		if (attr)
			drop_attr(entry, attr);
		return mod_add(entry, mod);
	}
	return HALB_E_INTERNAL;
}

/* All of a modify's parts or none. */
static enum halb_status modify(struct memdir *dir, const struct halb_write *write)
{
	struct memdir_entry *entry = entry_at(dir, write->dn), copy;
	enum halb_status st = HALB_OK;

	if (!entry)
		return HALB_E_NOTFOUND;
	copy = copy_entry(entry);
	for (size_t i = 0; st == HALB_OK && i < write->n_mods; i++)
		st = apply_mod(&copy, &write->mods[i]);
	clear_entry(st == HALB_OK ? entry : &copy);
	if (st == HALB_OK)
		*entry = copy;
	return st;
}

static enum halb_status add(struct memdir *dir, const struct halb_write *write)
{
	const char *parent = parent_of(write->dn);
	struct memdir_entry *entry;
	enum halb_status st = HALB_OK;

	if (entry_at(dir, write->dn))
		return HALB_E_RETRY; /* 68, entryAlreadyExists */
	if (!parent || !entry_at(dir, parent))
		return HALB_E_NOTFOUND;
	entry = make_entry(dir, write->dn);
	for (size_t i = 0; st == HALB_OK && i < write->n_mods; i++)
		st = mod_add(entry, &write->mods[i]);
	if (st != HALB_OK)
		remove_entry(dir, entry);
	return st;
}

static enum halb_status removal(struct memdir *dir, const struct halb_write *write)
{
	struct memdir_entry *entry = entry_at(dir, write->dn);

	if (!entry)
		return HALB_E_NOTFOUND;
	for (size_t i = 0; i < dir->n; i++)
		if (lies_below(dir->entries[i].dn, write->dn))
			return HALB_E_INTERNAL; /* 66, notAllowedOnNonLeaf */
	remove_entry(dir, entry);
	return HALB_OK;
}

static enum halb_status carry_out(struct memdir *dir, const struct halb_write *write)
{
	switch (write->kind) {
	case HALB_WRITE_ADD:
		return add(dir, write);
	case HALB_WRITE_MODIFY:
		return modify(dir, write);
	case HALB_WRITE_REMOVE:
		return removal(dir, write);
	}
	return HALB_E_INTERNAL;
}

static const struct memdir_fault *fault_at(const struct memdir *dir, size_t at)
{
	for (size_t i = 0; i < dir->n_faults; i++)
		if (dir->faults[i].at == at)
			return &dir->faults[i];
	return NULL;
}

static enum halb_status write_one(struct memdir *dir, const struct halb_write *write,
				  struct halb_error *why)
{
	size_t at = dir->n_writes++;
	const struct memdir_fault *fault = fault_at(dir, at);
	enum halb_status st = HALB_E_UNREACHABLE;

	if (dir->before_write)
		dir->before_write(dir, at);
	if (!dir->gone && (!fault || fault->done))
		st = carry_out(dir, write);
	if (fault) {
		st = fault->status;
		dir->gone = dir->cut;
	}
	return st == HALB_OK ? st : halb_fail(why, st, "%s: %s: refused", dir->directory.server,
					      write->dn);
}

static enum halb_status run_writes(void *self, const struct halb_write *writes, size_t n,
				   halb_written_fn *fn, void *arg, struct halb_error *err)
{
	struct memdir *dir = self;
	enum halb_status verdict = HALB_OK;

	if (dir->gone)
		return halb_fail(err, HALB_E_UNREACHABLE, "%s: gone", dir->directory.server);
	for (size_t i = 0; i < n; i++) {
		struct halb_error why = { 0 };
		enum halb_status st = write_one(dir, &writes[i], &why), said = fn(arg, i, st, &why);

		if (verdict == HALB_OK && said != HALB_OK) {
			verdict = said;
			n = n - i - 1 < dir->ahead ? n : i + 1 + dir->ahead;
		}
		if (dir->gone && st == HALB_E_UNREACHABLE && i + 1 == n)
			return halb_fail(err, HALB_E_UNREACHABLE, "%s: gone",
					 dir->directory.server);
	}
	return verdict;
}

static const struct halb_directory_ops memdir_ops = { run_searches, run_writes };

/* ---- the tests' side ---- */

void memdir_init(struct memdir *dir)
{
	static const char *const stand[] = { "DC=lan", "DC=lime,DC=lan",
					     "CN=Configuration,DC=lime,DC=lan",
					     "CN=Schema,CN=Configuration,DC=lime,DC=lan", "" };

	*dir = (struct memdir){ .directory = { .ops = &memdir_ops,
					       .self = dir,
					       .server = "dc1.lime.lan",
					       .domain_dn = stand[1],
					       .forest_dn = stand[1],
					       .schema_dn = stand[3] } };
	for (size_t i = 0; i < sizeof stand / sizeof stand[0]; i++)
		make_entry(dir, stand[i]);
	memdir_text(dir, "", "objectClass", "top"); /* every search's filter can find it */
}

void memdir_clear(struct memdir *dir)
{
	for (size_t i = 0; i < dir->n; i++)
		clear_entry(&dir->entries[i]);
	free(dir->entries);
}

void memdir_put(struct memdir *dir, const char *dn, const char *class)
{
	const char *parent = parent_of(dn);

	cr_assert(parent && entry_at(dir, parent), "%s has no parent", dn);
	cr_assert_not(entry_at(dir, dn), "%s is there", dn);
	add_value(make_entry(dir, dn), "objectClass", class, strlen(class));
}

void memdir_add(struct memdir *dir, const char *dn, const char *attr, const void *bytes,
		size_t len)
{
	struct memdir_entry *entry = entry_at(dir, dn);

	cr_assert(entry, "%s is not there", dn);
	add_value(entry, attr, bytes, len);
}

void memdir_text(struct memdir *dir, const char *dn, const char *attr, const char *text)
{
	memdir_add(dir, dn, attr, text, strlen(text));
}

void memdir_record(struct memdir *dir, const char *dn, const struct halb_record *rec)
{
	struct halb_buf blob = { 0 };

	halb_adrec_encode(rec, &blob);
	cr_assert_not(blob.bad);
	memdir_add(dir, dn, "dnsRecord", blob.data, blob.len);
	halb_buf_clear(&blob);
}

void memdir_unset(struct memdir *dir, const char *dn, const char *attr)
{
	struct memdir_entry *entry = entry_at(dir, dn);

	cr_assert(entry && attr_of(entry, attr), "%s has no %s", dn, attr);
	drop_attr(entry, attr_of(entry, attr));
}

void memdir_drop(struct memdir *dir, const char *dn)
{
	cr_assert(entry_at(dir, dn), "%s is not there", dn);
	for (size_t i = dir->n; i-- > 0;)
		if (halb_dn_equal(dir->entries[i].dn, dn) || lies_below(dir->entries[i].dn, dn))
			remove_entry(dir, &dir->entries[i]);
}

void memdir_fail(struct memdir *dir, size_t at, enum halb_status status, bool done)
{
	cr_assert_lt(dir->n_faults, sizeof dir->faults / sizeof dir->faults[0]);
	dir->faults[dir->n_faults++] = (struct memdir_fault){ at, status, done };
}

const struct memdir_entry *memdir_find(const struct memdir *dir, const char *dn)
{
	return entry_at(dir, dn);
}

const struct memdir_attr *memdir_attr(const struct memdir_entry *entry, const char *name)
{
	return entry ? attr_of(entry, name) : NULL;
}

bool memdir_holds(const struct memdir *dir, const char *dn, const char *attr, const char *text)
{
	const struct memdir_attr *in = memdir_attr(entry_at(dir, dn), attr);
	const struct halb_value value = { (const uint8_t *)text, strlen(text) };

	return in && find_value(in, &value) < in->n;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *memdir_dump(const struct memdir *dir)
{
	struct halb_buf out = { 0 };
	char **lines = NULL;
	size_t n = 0;

	for (size_t i = 0; i < dir->n; i++) {
		const struct memdir_entry *entry = &dir->entries[i];

		for (size_t a = 0; a < entry->n; a++) {
			for (size_t v = 0; v < entry->attrs[a].n; v++) {
				const struct memdir_value *value = &entry->attrs[a].values[v];
				struct halb_buf line = { 0 };

				halb_buf_printf(&line, "%s %s ", entry->dn, entry->attrs[a].name);
				for (size_t b = 0; b < value->len; b++)
					halb_buf_printf(&line, "%02x", value->bytes[b]);
				lines = room_for(lines, n, sizeof *lines);
				lines[n++] = halb_buf_take_string(&line);
			}
		}
	}
	if (n)
		qsort(lines, n, sizeof *lines, compare_lines);
	for (size_t i = 0; i < n; i++) {
		halb_buf_printf(&out, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
	return halb_buf_take_string(&out);
}

/* "DN ATTR HEX"; the rootDSE's DN is empty. */
static void load_line(struct memdir *dir, const char *line, size_t len)
{
	char copy[8192], *attr, *hex;
	uint8_t bytes[2048];
	struct memdir_entry *entry;
	size_t n = 0;

	cr_assert_lt(len, sizeof copy);
	snprintf(copy, sizeof copy, "%.*s", (int)len, line);
	hex = strrchr(copy, ' ');
	cr_assert(hex);
	*hex++ = '\0';
	attr = strrchr(copy, ' ');
	cr_assert(attr);
	*attr++ = '\0';
	for (; hex[2 * n]; n++)
		cr_assert(n < sizeof bytes && sscanf(hex + 2 * n, "%2hhx", &bytes[n]) == 1);
	entry = entry_at(dir, copy);
	if (!entry) {
		dir->entries = room_for(dir->entries, dir->n, sizeof *dir->entries);
		entry = &dir->entries[dir->n++];
		*entry = (struct memdir_entry){ .dn = strdup(copy) };
	}
	add_value(entry, attr, bytes, n);
}

void memdir_load(struct memdir *dir, const char *dump)
{
	for (size_t i = 0; i < dir->n; i++)
		clear_entry(&dir->entries[i]);
	dir->n = 0;
	for (size_t len; *dump; dump += len + 1) {
		len = strcspn(dump, "\n");
		load_line(dir, dump, len);
	}
}
