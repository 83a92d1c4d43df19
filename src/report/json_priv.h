/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the JSON report share; a value that is NULL ran out of memory. */
#ifndef HALB_REPORT_JSON_PRIV_H
#define HALB_REPORT_JSON_PRIV_H

#include <jansson.h>
#include <stdint.h>

#include "halb/base/addr.h"
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

#endif
