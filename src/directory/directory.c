/* SPDX-License-Identifier: Apache-2.0 */
/* The table of functions, called; entries, looked into. */
#include "halb/directory/directory.h"

#include <string.h>
#include <strings.h>

enum halb_status halb_directory_search(const struct halb_directory *dir,
				       const struct halb_search *searches, size_t n,
				       halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	return n ? dir->ops->search(dir->self, searches, n, fn, arg, err) : HALB_OK;
}

enum halb_status halb_directory_write(const struct halb_directory *dir,
				      const struct halb_write *writes, size_t n,
				      halb_written_fn *fn, void *arg, struct halb_error *err)
{
	return n ? dir->ops->write(dir->self, writes, n, fn, arg, err) : HALB_OK;
}

const struct halb_attr *halb_entry_attr(const struct halb_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->n_attrs; i++)
		if (strcasecmp(entry->attrs[i].name, name) == 0)
			return &entry->attrs[i];
	return NULL;
}

enum halb_status halb_entry_string(const struct halb_entry *entry, const char *name, char **out,
				   struct halb_error *err)
{
	const struct halb_attr *attr = halb_entry_attr(entry, name);

	char *text = NULL;

	if (attr && attr->n && !memchr(attr->values[0].bytes, 0, attr->values[0].len)) {
		text = strndup((const char *)attr->values[0].bytes, attr->values[0].len);
		if (!text)
			return halb_fail_nomem(err);
	}
	*out = text;
	return HALB_OK;
}
