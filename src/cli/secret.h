/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: from a file or a terminal, never from an argument; wiped when done with. */
#ifndef HALB_CLI_SECRET_H
#define HALB_CLI_SECRET_H

#include "halb/base/error.h"

/*
 * The first line of `path`, or what is typed at the terminal where `path` is NULL. `out` is the
 * caller's, for secret_free(). HALB_E_DENIED where there is no terminal to ask at.
 */
enum halb_status secret_read(const char *path, const char *whose, char **out,
			     struct halb_error *err) HALB_CHECKED;
void secret_free(char *secret);

#endif
