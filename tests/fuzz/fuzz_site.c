/* SPDX-License-Identifier: Apache-2.0 */
/* Site files: any bytes make a site or an error that says something, and nothing else. */
#include "halb/config/site.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct halb_site_flags none = { 0 };
	int fd = memfd_create("site.yaml", MFD_CLOEXEC);
	struct halb_error err = { 0 };
	struct halb_site site;
	char path[40];

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (halb_site_load(path, true, &none, &site, &err) == HALB_OK) {
		must(site.n_balancers > 0 && site.domain.len > 0);
		halb_site_clear(&site);
	} else {
		must(err.text[0] != '\0');
	}
	close(fd);
	return 0;
}
