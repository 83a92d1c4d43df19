/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text and back: RFC 4648 4, with padding, without line breaks. */
#ifndef HALB_BASE_BASE64_H
#define HALB_BASE_BASE64_H

#include "halb/base/buf.h"

void halb_base64_encode(const void *data, size_t len, struct halb_buf *out);

/* Appends the bytes; false, with some of them appended perhaps, where it is no base64. */
bool halb_base64_decode(const char *text, size_t len, struct halb_buf *out);

#endif
