/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, read and written. */
#include "halb/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum halb_status fail_errno(struct halb_error *err, enum halb_status st, const char *path)
{
	return halb_fail(err, st, "%s: %s", path, strerror(errno));
}

enum halb_status halb_file_read(const char *path, size_t most, struct halb_buf *out,
				struct halb_error *err)
{
	uint8_t block[16384];
	size_t total = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(err, errno == ENOENT ? HALB_E_NOTFOUND : HALB_E_UNREACHABLE, path);
	while ((n = read(fd, block, sizeof block)) > 0 && total <= most) {
		halb_buf_bytes(out, block, (size_t)n);
		total += (size_t)n;
	}
	if (n < 0) {
		fail_errno(err, HALB_E_UNREACHABLE, path);
		close(fd);
		return HALB_E_UNREACHABLE;
	}
	close(fd);
	if (total > most)
		return halb_fail(err, HALB_E_MALFORMED, "%s: longer than %zu bytes", path, most);
	return out->bad ? halb_fail_nomem(err) : HALB_OK;
}

/* Writes all, syncs and closes; on failure errno tells. */
static bool write_out(int fd, const uint8_t *data, size_t len)
{
	bool ok = true;

	while (ok && len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		ok = n >= 0;
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	ok = ok && fsync(fd) == 0;
	return close(fd) == 0 && ok;
}

enum halb_status halb_file_create(const char *path, mode_t mode, const void *data, size_t len,
				  struct halb_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0)
		return fail_errno(err, HALB_E_CANTCREATE, path);
	if (!write_out(fd, data, len)) {
		fail_errno(err, HALB_E_CANTCREATE, path);
		unlink(path);
		return HALB_E_CANTCREATE;
	}
	return HALB_OK;
}

static int make_temporary(const char *path, char temp[PATH_MAX])
{
	if ((size_t)snprintf(temp, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkostemp(temp, O_CLOEXEC);
}

enum halb_status halb_file_replaceable(const char *path, struct halb_error *err)
{
	char temp[PATH_MAX];
	struct stat there;
	int fd;

	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return halb_fail(err, HALB_E_CANTCREATE, "%s: not a regular file", path);
	fd = make_temporary(path, temp);
	if (fd < 0)
		return fail_errno(err, HALB_E_CANTCREATE, path);
	close(fd);
	unlink(temp);
	return HALB_OK;
}

enum halb_status halb_file_replace(const char *path, mode_t mode, const void *data, size_t len,
				   struct halb_error *err)
{
	char temp[PATH_MAX];
	int fd = make_temporary(path, temp);

	if (fd < 0)
		return fail_errno(err, HALB_E_CANTCREATE, path);
	if (fchmod(fd, mode) < 0 || !write_out(fd, data, len) || rename(temp, path) < 0) {
		fail_errno(err, HALB_E_CANTCREATE, path);
		unlink(temp);
		return HALB_E_CANTCREATE;
	}
	return HALB_OK;
}

/* A new directory is there for good once its parent is on the disk. */
static bool sync_parent(char *path, char *end)
{
	char *slash = memrchr(path, '/', (size_t)(end - path));
	char kept = slash ? *(slash + (slash == path)) : 0;
	int fd;
	bool ok;

	if (slash)
		*(slash + (slash == path)) = '\0';
	fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (slash)
		*(slash + (slash == path)) = kept;
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

bool halb_file_make_directory(const char *path)
{
	char copy[PATH_MAX];
	char *at = copy;

	if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy) {
		errno = ENAMETOOLONG;
		return false;
	}
	while (*at) {
		char *end = at + 1 + strcspn(at + 1, "/");
		char kept = *end;
		bool made;

		*end = '\0';
		made = mkdir(copy, 0700) == 0;
		if (!made && errno != EEXIST)
			return false;
		if (made && !sync_parent(copy, end))
			return false;
		*end = kept;
		at = end;
	}
	return true;
}
