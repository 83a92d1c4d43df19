/* SPDX-License-Identifier: Apache-2.0 */
/* The linker leads allocations here (--wrap). */
#include "starve.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

void *__real_malloc(size_t len);
void *__real_calloc(size_t n, size_t len);
void *__real_realloc(void *old, size_t len);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t n, size_t len);
void *__wrap_realloc(void *old, size_t len);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);

static unsigned until_failure = UINT_MAX;

static bool fails(void)
{
	return until_failure != UINT_MAX && until_failure-- == 0;
}

void *__wrap_malloc(size_t len)
{
	return fails() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t n, size_t len)
{
	return fails() ? NULL : __real_calloc(n, len);
}

void *__wrap_realloc(void *old, size_t len)
{
	return fails() ? NULL : __real_realloc(old, len);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t most)
{
	return fails() ? NULL : __real_strndup(text, most);
}

unsigned starve_pause(void)
{
	unsigned paused = until_failure;

	until_failure = UINT_MAX;
	return paused;
}

void starve_go_on(unsigned paused)
{
	until_failure = paused;
}

void starve(enum halb_status (*work)(struct halb_error *err), unsigned least)
{
	unsigned n = 0;
	enum halb_status st;

	do {
		struct halb_error err = { 0 };

		cr_assert_lt(n, 5000);
		until_failure = n++;
		st = work(&err);
		/* UINT_MAX: the failure was met. */
		cr_assert_eq(st, until_failure == UINT_MAX ? HALB_E_NOMEM : HALB_OK,
			     "allocation %u: %s: %s", n - 1, halb_status_name(st), err.text);
		cr_assert_eq(err.status, st);
		until_failure = UINT_MAX;
	} while (st != HALB_OK);
	cr_assert_gt(n, least, "only %u allocations were made to fail", n - 1);
}

/* ---- a directory around another ---- */

static const struct halb_directory *around;

struct taking {
	halb_entry_fn *entry;
	halb_written_fn *written;
	void *arg;
	unsigned paused;
};

static enum halb_status take_entry(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct taking *taking = arg;
	enum halb_status st;

	starve_go_on(taking->paused);
	st = taking->entry(taking->arg, which, entry, err);
	taking->paused = starve_pause();
	return st;
}

static enum halb_status take_written(void *arg, size_t which, enum halb_status status,
				     const struct halb_error *why)
{
	struct taking *taking = arg;
	enum halb_status st;

	starve_go_on(taking->paused);
	st = taking->written(taking->arg, which, status, why);
	taking->paused = starve_pause();
	return st;
}

static enum halb_status search(void *self, const struct halb_search *searches, size_t n,
			       halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	struct taking taking = { .entry = fn, .arg = arg, .paused = starve_pause() };
	enum halb_status st = around->ops->search(self, searches, n, take_entry, &taking, err);

	starve_go_on(taking.paused);
	return st;
}

static enum halb_status write_all(void *self, const struct halb_write *writes, size_t n,
				  halb_written_fn *fn, void *arg, struct halb_error *err)
{
	struct taking taking = { .written = fn, .arg = arg, .paused = starve_pause() };
	enum halb_status st = around->ops->write(self, writes, n, take_written, &taking, err);

	starve_go_on(taking.paused);
	return st;
}

static const struct halb_directory_ops around_ops = { search, write_all };

const struct halb_directory *starve_directory(const struct halb_directory *inner)
{
	static struct halb_directory outer;

	around = inner;
	outer = *inner;
	outer.ops = &around_ops;
	return &outer;
}
