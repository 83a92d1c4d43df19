/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory as the rest of the program sees it: searches and writes on one server, behind a
 * table of functions. session.h gives a real one; tests put an in-memory one behind the table for
 * crashes and failures that a real server cannot be made to show.
 */
#ifndef HALB_DIRECTORY_DIRECTORY_H
#define HALB_DIRECTORY_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/error.h"

struct halb_value {
	const uint8_t *bytes;
	size_t len;
};

struct halb_attr {
	const char *name;
	const struct halb_value *values;
	size_t n;
};

/* An entry of a result. All of it lives until the callback returns. */
struct halb_entry {
	const char *dn;
	const struct halb_attr *attrs;
	size_t n_attrs;
};

enum halb_scope { HALB_SCOPE_BASE, HALB_SCOPE_ONE, HALB_SCOPE_SUBTREE };

struct halb_search {
	const char *base;
	enum halb_scope scope;
	const char *filter;
	const char *const *attrs; /* ends with NULL */
	bool may_be_absent;       /* no such base is an empty result, not an error */
};

/* Called for each entry of search number `which`; anything but HALB_OK ends the whole. */
typedef enum halb_status halb_entry_fn(void *arg, size_t which, const struct halb_entry *entry,
				       struct halb_error *err);

enum halb_mod_op { HALB_MOD_ADD, HALB_MOD_DELETE, HALB_MOD_REPLACE };

struct halb_mod {
	enum halb_mod_op op;
	const char *attr;
	const struct halb_value *values;
	size_t n;
};

enum halb_write_kind { HALB_WRITE_ADD, HALB_WRITE_MODIFY, HALB_WRITE_REMOVE };

struct halb_write {
	enum halb_write_kind kind;
	const char *dn;
	const struct halb_mod *mods; /* of an add: its attributes */
	size_t n_mods;
};

/*
 * How write number `which` ended: HALB_OK; HALB_E_RETRY where what stood there was not what the
 * write expected; HALB_E_DENIED; HALB_E_NOTFOUND (no such entry or parent); HALB_E_UNREACHABLE
 * where the answer never came, and nobody knows; others. Anything but HALB_OK returned ends the
 * batch: no further write is sent, those already sent are still waited for and reported.
 */
typedef enum halb_status halb_written_fn(void *arg, size_t which, enum halb_status status,
					 const struct halb_error *why);

struct halb_directory_ops {
	enum halb_status (*search)(void *self, const struct halb_search *searches, size_t n,
				   halb_entry_fn *fn, void *arg, struct halb_error *err);
	enum halb_status (*write)(void *self, const struct halb_write *writes, size_t n,
				  halb_written_fn *fn, void *arg, struct halb_error *err);
};

struct halb_directory {
	const struct halb_directory_ops *ops;
	void *self;
	const char *server; /* for messages: "dc1.lime.lan" */
	/* Naming contexts ([MS-ADTS] 3.1.1.3.2), from the server's rootDSE. */
	const char *domain_dn, *forest_dn, *schema_dn;
};

/* Runs all searches at once; large results are paged. The first failure is the result. */
enum halb_status halb_directory_search(const struct halb_directory *dir,
				       const struct halb_search *searches, size_t n,
				       halb_entry_fn *fn, void *arg, struct halb_error *err)
	HALB_CHECKED;

/*
 * Searches of several readers, sent as one: each reader gets its own entries, and `which` counts
 * from its own first search. Running out of memory sticks until they run.
 */
struct halb_searches {
	struct halb_search *items;   /* owned; what they point at is the readers' */
	struct halb_reader *readers; /* owned */
	size_t n, n_readers;
	bool bad;
};

/* The searches are copied, their texts are not: those must live until they have run. */
void halb_searches_add(struct halb_searches *all, const struct halb_search *searches, size_t n,
		       halb_entry_fn *fn, void *arg);
/* Runs them all at once, and forgets them, also on failure. */
enum halb_status halb_searches_run(struct halb_searches *all, const struct halb_directory *dir,
				   struct halb_error *err) HALB_CHECKED;
void halb_searches_clear(struct halb_searches *all);

/*
 * Sends the writes in their order, several under way at a time, so that none may rest on another.
 * HALB_OK when each was reported through `fn`, well or not; what `fn` returned when it ended the
 * batch; HALB_E_UNREACHABLE when the connection was lost.
 */
enum halb_status halb_directory_write(const struct halb_directory *dir,
				      const struct halb_write *writes, size_t n,
				      halb_written_fn *fn, void *arg, struct halb_error *err)
	HALB_CHECKED;

/* The attribute of that name (without case), NULL where the entry has none. */
const struct halb_attr *halb_entry_attr(const struct halb_entry *entry, const char *name);

/* Its first value as a heap string; NULL where there is none or it holds a zero. HALB_E_NOMEM. */
enum halb_status halb_entry_string(const struct halb_entry *entry, const char *name, char **out,
				   struct halb_error *err) HALB_CHECKED;

#endif
