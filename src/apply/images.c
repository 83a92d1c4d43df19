/* SPDX-License-Identifier: Apache-2.0 */
/* A change as two images of its object. */
#include "apply_priv.h"

#include <stdlib.h>
#include <string.h>

#include "halb/dns/adrec.h"

static enum halb_status set_flag(struct halb_image *image, bool tombstoned, struct halb_error *err)
{
	return halb_image_add_text(image, "dNSTombstoned", tombstoned ? "TRUE" : "FALSE", err);
}

static enum halb_status add_record(struct halb_image *image, const struct halb_record *rec,
				   struct halb_error *err)
{
	struct halb_buf blob = { 0 };
	enum halb_status st = HALB_E_NOMEM;

	halb_adrec_encode(rec, &blob);
	if (blob.bad)
		halb_fail_nomem(err);
	else
		st = halb_image_add(image, "dnsRecord", blob.data, blob.len, err);
	halb_buf_clear(&blob);
	return st;
}

static enum halb_status node_before(const struct halb_node *node, struct halb_image *image,
				    struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	image->exists = node->exists;
	for (size_t i = 0; st == HALB_OK && i < node->n_values; i++)
		st = halb_image_add(image, "dnsRecord", node->values[i].bytes, node->values[i].len,
				    err);
	if (st == HALB_OK && node->has_flag)
		st = set_flag(image, node->tombstoned, err);
	if (st == HALB_OK && node->mark)
		st = halb_image_add_text(image, "adminDescription", node->mark, err);
	return st;
}

/* [MS-DNSP] 3.1.4 as the DNS servers do it: so that the removal replicates. */
enum halb_status halb_image_entomb(struct halb_image *image, uint32_t serial, time_t now,
				   struct halb_error *err)
{
	const struct halb_record tombstone = {
		.type = HALB_RR_TOMBSTONE,
		.serial = serial,
		.entombed = halb_filetime_from_unix(now),
	};
	enum halb_status st = add_record(image, &tombstone, err);

	return st == HALB_OK ? set_flag(image, true, err) : st;
}

static enum halb_status node_after(const struct halb_change *change, time_t now,
				   struct halb_image *image, struct halb_error *err)
{
	const struct halb_node *node = change->node;
	bool removal = change->action == HALB_ACTION_DELETE;
	enum halb_status st = HALB_OK;
	size_t kept = 0;

	image->exists = true;
	for (size_t i = 0; st == HALB_OK && i < node->n_values; i++) {
		if (change->drop[i] && (removal || change->has_record))
			continue;
		st = halb_image_add(image, "dnsRecord", node->values[i].bytes, node->values[i].len,
				    err);
		kept++;
	}
	if (st == HALB_OK && change->has_record)
		st = add_record(image, &change->record, err);
	if (st == HALB_OK && removal && !kept)
		return halb_image_entomb(image, node->zone->serial + 1, now, err);
	if (st == HALB_OK && node->has_flag)
		st = set_flag(image, false, err);
	if (st == HALB_OK && change->mark)
		st = halb_image_add_text(image, "adminDescription", change->mark, err);
	return st;
}

enum halb_status halb_change_images(const struct halb_change *change,
				    const struct halb_dhcp_ops *backend, time_t now,
				    struct halb_image *before, struct halb_image *after,
				    struct halb_error *err)
{
	const struct halb_reservation_change reservation = {
		.before = change->reservation,
		.after = change->action == HALB_ACTION_DELETE ? NULL : &change->wanted,
	};
	enum halb_status st;

	if (change->subject == HALB_SUBJECT_RESERVATION)
		return backend->images(&reservation, before, after, err);
	before->object_class = strdup("dnsNode");
	after->object_class = strdup("dnsNode");
	if (!before->object_class || !after->object_class)
		return halb_fail_nomem(err);
	st = node_before(change->node, before, err);
	return st == HALB_OK ? node_after(change, now, after, err) : st;
}
