/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory in memory that keeps AD's rules where they matter here, and fails where a test wants
 * it to. Running out of memory, or a filter it cannot read, fails the test.
 */
#ifndef HALB_SUPPORT_MEMDIR_H
#define HALB_SUPPORT_MEMDIR_H

#include "halb/directory/directory.h"
#include "halb/dns/record.h"

struct memdir_value {
	uint8_t *bytes;
	size_t len;
};

struct memdir_attr {
	char *name;
	struct memdir_value *values;
	size_t n;
};

struct memdir_entry {
	char *dn;
	struct memdir_attr *attrs;
	size_t n;
};

/* How write number `at` (from 0, over the directory's life) ends. */
struct memdir_fault {
	size_t at;
	enum halb_status status;
	bool done; /* it is done all the same: only the answer is lost */
};

struct memdir {
	struct halb_directory directory; /* what the code under test is given */
	struct memdir_entry *entries;
	size_t n;

	/* Faults; all zero: none. */
	struct memdir_fault faults[4];
	size_t n_faults;
	size_t ahead; /* writes that are under way already when an answer comes */
	bool cut;     /* after the first fault the connection is gone */
	const char *deaf; /* searches with that base fail */
	void (*before_write)(struct memdir *dir, size_t at); /* another writer */

	size_t n_writes, n_searches;
	bool gone;
};

/* DC=lime,DC=lan, its schema container and the rootDSE, "", stand there already. */
void memdir_init(struct memdir *dir);
void memdir_clear(struct memdir *dir);

/* Another writer's changes, never counted and never refused. The parents must exist. */
void memdir_put(struct memdir *dir, const char *dn, const char *class);
void memdir_add(struct memdir *dir, const char *dn, const char *attr, const void *bytes,
		size_t len);
void memdir_text(struct memdir *dir, const char *dn, const char *attr, const char *text);
void memdir_record(struct memdir *dir, const char *dn, const struct halb_record *rec);
void memdir_unset(struct memdir *dir, const char *dn, const char *attr);
void memdir_drop(struct memdir *dir, const char *dn); /* with all below it */

void memdir_fail(struct memdir *dir, size_t at, enum halb_status status, bool done);

/* NULL where there is none. */
const struct memdir_entry *memdir_find(const struct memdir *dir, const char *dn);
const struct memdir_attr *memdir_attr(const struct memdir_entry *entry, const char *name);
bool memdir_holds(const struct memdir *dir, const char *dn, const char *attr, const char *text);

/* All of it as text, in an order that does not depend on how it came to be; free() it. */
char *memdir_dump(const struct memdir *dir);

/* Makes it hold what a dump says, and nothing else. */
void memdir_load(struct memdir *dir, const char *dump);

#endif
