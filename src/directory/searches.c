/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the searches of several readers together and hands each reader what is its own. */
#include <stdlib.h>
#include <string.h>

#include "halb/directory/directory.h"

struct halb_reader {
	halb_entry_fn *fn;
	void *arg;
	size_t first; /* of its searches */
};

void halb_searches_add(struct halb_searches *all, const struct halb_search *searches, size_t n,
		       halb_entry_fn *fn, void *arg)
{
	struct halb_search *items;
	struct halb_reader *readers;

	if (!n || all->bad)
		return;
	items = reallocarray(all->items, all->n + n, sizeof *items);
	readers = reallocarray(all->readers, all->n_readers + 1, sizeof *readers);
	if (items)
		all->items = items;
	if (readers)
		all->readers = readers;
	if (!items || !readers) {
		all->bad = true;
		return;
	}
	memcpy(items + all->n, searches, n * sizeof *items);
	readers[all->n_readers++] = (struct halb_reader){ fn, arg, all->n };
	all->n += n;
}

static enum halb_status hand_on(void *arg, size_t which, const struct halb_entry *entry,
				struct halb_error *err)
{
	const struct halb_searches *all = arg;
	const struct halb_reader *reader = &all->readers[all->n_readers - 1];

	while (which < reader->first)
		reader--;
	return reader->fn(reader->arg, which - reader->first, entry, err);
}

enum halb_status halb_searches_run(struct halb_searches *all, const struct halb_directory *dir,
				   struct halb_error *err)
{
	enum halb_status st = all->bad ? halb_fail_nomem(err)
				       : halb_directory_search(dir, all->items, all->n, hand_on,
							       all, err);

	halb_searches_clear(all);
	return st;
}

void halb_searches_clear(struct halb_searches *all)
{
	free(all->items);
	free(all->readers);
	*all = (struct halb_searches){ 0 };
}
