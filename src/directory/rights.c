/* SPDX-License-Identifier: Apache-2.0 */
/* Which rights writes need, and whether they are there. */
#include "halb/directory/rights.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/directory/dn.h"

void halb_needs_clear(struct halb_needs *needs)
{
	for (size_t i = 0; i < needs->n; i++) {
		for (size_t k = 0; k < needs->items[i].n; k++)
			free(needs->items[i].rights[k].name);
		free(needs->items[i].rights);
		free(needs->items[i].dn);
	}
	free(needs->items);
	*needs = (struct halb_needs){ 0 };
}

/* ---- what is needed ---- */

/* DNs come from the same hands each time, so that their bytes tell them apart. */
static struct halb_need *find_need(struct halb_needs *needs, const char *dn, bool children)
{
	for (size_t i = 0; i < needs->n; i++)
		if (needs->items[i].children == children && strcmp(needs->items[i].dn, dn) == 0)
			return &needs->items[i];
	return NULL;
}

static struct halb_need *make_need(struct halb_needs *needs, const char *dn, bool children)
{
	if (needs->n == needs->room) {
		size_t room = needs->room ? needs->room * 2 : 8;
		struct halb_need *items = realloc(needs->items, room * sizeof *items);

		if (!items)
			return NULL;
		needs->items = items;
		needs->room = room;
	}
	needs->items[needs->n] = (struct halb_need){ .dn = strdup(dn), .children = children };
	return needs->items[needs->n].dn ? &needs->items[needs->n++] : NULL;
}

static enum halb_status add_right(struct halb_needs *needs, const char *dn, bool children,
				  const char *name, size_t len, struct halb_error *err)
{
	struct halb_need *need = find_need(needs, dn, children);
	struct halb_right *rights;

	for (size_t i = 0; need && i < need->n; i++)
		if (strlen(need->rights[i].name) == len &&
		    strncasecmp(need->rights[i].name, name, len) == 0)
			return HALB_OK;
	if (!need)
		need = make_need(needs, dn, children);
	rights = need ? realloc(need->rights, (need->n + 1) * sizeof *rights) : NULL;
	if (!rights)
		return halb_fail_nomem(err);
	need->rights = rights;
	rights[need->n] = (struct halb_right){ .name = strndup(name, len) };
	if (!rights[need->n].name)
		return halb_fail_nomem(err);
	need->n++;
	return HALB_OK;
}

/* The class is all that making an entry needs: its maker sets its attributes, and owns it. */
static enum halb_status add_classes(struct halb_needs *needs, const struct halb_write *write,
				    struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < write->n_mods; i++) {
		const struct halb_mod *mod = &write->mods[i];

		if (strcasecmp(mod->attr, "objectClass") != 0)
			continue;
		for (size_t v = 0; st == HALB_OK && v < mod->n; v++)
			st = add_right(needs, halb_dn_parent(write->dn), true,
				       (const char *)mod->values[v].bytes, mod->values[v].len, err);
	}
	return st;
}

enum halb_status halb_needs_add(struct halb_needs *needs, const struct halb_write *write,
				struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	switch (write->kind) {
	case HALB_WRITE_ADD:
		return add_classes(needs, write, err);
	case HALB_WRITE_MODIFY:
		for (size_t i = 0; st == HALB_OK && i < write->n_mods; i++)
			st = add_right(needs, write->dn, false, write->mods[i].attr,
				       strlen(write->mods[i].attr), err);
		return st;
	case HALB_WRITE_REMOVE:
		break;
	}
	return HALB_OK;
}

/* ---- what is there ---- */

static bool holds(const struct halb_attr *attr, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; attr && i < attr->n; i++)
		if (attr->values[i].len == len &&
		    strncasecmp((const char *)attr->values[i].bytes, name, len) == 0)
			return true;
	return false;
}

static enum halb_status take_rights(void *arg, size_t which, const struct halb_entry *entry,
				    struct halb_error *err)
{
	struct halb_need *need = &((struct halb_needs *)arg)->items[which];
	const struct halb_attr *effective =
		halb_entry_attr(entry, need->children ? "allowedChildClassesEffective"
						      : "allowedAttributesEffective");

	(void)err;
	need->seen = true;
	for (size_t i = 0; i < need->n; i++)
		need->rights[i].granted = holds(effective, need->rights[i].name);
	return HALB_OK;
}

enum halb_status halb_needs_read(const struct halb_directory *dir, struct halb_needs *needs,
				 struct halb_error *err)
{
	static const char *const classes[] = { "allowedChildClassesEffective", NULL };
	static const char *const attributes[] = { "allowedAttributesEffective", NULL };
	struct halb_search *searches = calloc(needs->n + 1, sizeof *searches);
	enum halb_status st;

	if (!searches)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < needs->n; i++)
		searches[i] = (struct halb_search){
			needs->items[i].dn, HALB_SCOPE_BASE, "(objectClass=*)",
			needs->items[i].children ? classes : attributes, true };
	st = halb_directory_search(dir, searches, needs->n, take_rights, needs, err);
	free(searches);
	return st;
}

bool halb_need_is_met(const struct halb_need *need)
{
	for (size_t i = 0; i < need->n; i++)
		if (!need->rights[i].granted)
			return false;
	return true;
}

void halb_need_describe(const struct halb_need *need, bool granted, struct halb_buf *out)
{
	const char *between = need->children ? "make " : "change ";

	for (size_t i = 0; i < need->n; i++) {
		if (need->rights[i].granted != granted)
			continue;
		halb_buf_printf(out, "%s%s", between, need->rights[i].name);
		between = ", ";
	}
}
