/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, and the one place that writes to standard output. */
#include "report_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "halb/base/file.h"

struct format {
	const char *name;
	halb_report_fn *print;
	bool monitoring;
};

static const struct format *find(const char *name)
{
	static const struct format formats[] = {
		{ "text", halb_report_text, false },
		{ "json", halb_report_json, false },
		{ "nagios", halb_report_nagios, true },
		{ "prometheus", halb_report_prometheus, true },
	};

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	return NULL;
}

halb_report_fn *halb_report_format(const char *name)
{
	const struct format *format = find(name);

	return format ? format->print : NULL;
}

bool halb_report_is_monitoring(const char *name)
{
	const struct format *format = find(name);

	return format && format->monitoring;
}

static enum halb_status write_out(const struct halb_buf *text, FILE *out, struct halb_error *err)
{
	errno = 0;
	if (fwrite(halb_buf_string(text), 1, text->len, out) == text->len && fflush(out) == 0 &&
	    !ferror(out))
		return HALB_OK;
	return halb_fail(err, HALB_E_CANTCREATE, "the report could not be written: %s",
			 strerror(errno ? errno : EIO));
}

enum halb_status halb_report_print(const struct halb_report *report, halb_report_fn *format,
				   FILE *out, struct halb_error *err)
{
	struct halb_buf text = { 0 };
	enum halb_status st;

	format(report, &text);
	st = text.bad ? halb_fail_nomem(err) : write_out(&text, out, err);
	halb_buf_clear(&text);
	return st;
}

enum halb_status halb_report_write(const struct halb_report *report, halb_report_fn *format,
				   const char *path, struct halb_error *err)
{
	struct halb_buf text = { 0 };
	struct stat there;
	enum halb_status st;

	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) /* /dev/null shall stay what it is */
		return halb_fail(err, HALB_E_CANTCREATE, "%s: not a regular file", path);
	format(report, &text);
	st = text.bad ? halb_fail_nomem(err)
		      : halb_file_replace(path, 0644, text.data, text.len, err);
	halb_buf_clear(&text);
	return st;
}
