/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the JSON report share; a value that is NULL ran out of memory. */
#ifndef HALB_REPORT_JSON_PRIV_H
#define HALB_REPORT_JSON_PRIV_H

#include <jansson.h>
#include <stdint.h>

#include "halb/base/addr.h"
#include "halb/base/buf.h"
#include "halb/watch/drill.h"
#include "halb/watch/watch.h"

/* JSON's null for NULL; bytes that are no UTF-8 become the text \xNN. */
json_t *halb_json_text(const char *text);
json_t *halb_json_address(const struct halb_addr *addr);

/* Milliseconds to the microsecond. */
json_t *halb_json_milliseconds(int64_t ns);

/* The array, or NULL where one of the `n` did not get into it. */
json_t *halb_json_complete(json_t *array, size_t n);

/* json_watch.c: the keys of a watch, an object. */
json_t *halb_json_watch(const struct halb_watch *watch);
json_t *halb_json_moment(const struct halb_watch *watch, int64_t at);
json_t *halb_json_outage(const struct halb_watch *watch, const struct halb_watch_series *series,
			 const struct halb_outage *outage);
json_t *halb_json_holder(const struct halb_watch *watch, const struct halb_watch_holder *holder);
json_t *halb_json_split(const struct halb_watch *watch, const struct halb_watch_split *split);

/* json_drill.c: the keys "drill" and "predicted_ms", an object. */
json_t *halb_json_drill(const struct halb_watch *watch, const struct halb_drill *drill);

/* What JSON lets through raw and a terminal should not see, escaped. */
void halb_json_put(const char *json, struct halb_buf *out);

#endif
