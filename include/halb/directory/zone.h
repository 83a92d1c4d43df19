/* SPDX-License-Identifier: Apache-2.0 */
/* Reads DNS zones and nodes from the directory ([MS-DNSP] 2.3). */
#ifndef HALB_DIRECTORY_ZONE_H
#define HALB_DIRECTORY_ZONE_H

#include "halb/directory/directory.h"
#include "halb/dns/node.h"

/*
 * Every zone of the three places where AD keeps them: the domain's and the forest's application
 * partition, and CN=System of the domain. A failed read is an error, never an empty list.
 */
enum halb_status halb_zones_read(const struct halb_directory *dir, struct halb_zones *out,
				 struct halb_error *err) HALB_CHECKED;

/*
 * The nodes of `names`, each in its zone (see halb_zones_find), those that do not exist too; a name
 * in no zone is left out. Besides them every node of any zone that is marked with one of `marks`:
 * what is ours stays ours where the site no longer has names. The serial of each zone touched is
 * read from its SOA. Objects that have one of these names, or marks, and are not its node come as
 * strays, but for those that are tombstones. A value that cannot be decoded is kept as `malformed`:
 * it is no error here. `with`, if not NULL, holds searches of other readers, which go the same way at
 * the same time.
 */
enum halb_status halb_nodes_read(const struct halb_directory *dir, struct halb_zones *zones,
				 const struct halb_name *names, size_t n_names,
				 const char *const *marks, size_t n_marks, struct halb_searches *with,
				 struct halb_nodes *out, struct halb_error *err) HALB_CHECKED;

/* The DN that a node of that name has, whether it exists or not; NULL: out of memory. */
char *halb_node_dn(const struct halb_zone *zone, const struct halb_name *name);

#endif
