/* SPDX-License-Identifier: Apache-2.0 */
/* Occupies the lowest descriptors, which are those that open(2) gives first. */
#include "descriptors.h"

#include <fcntl.h>
#include <unistd.h>

void descriptors_occupy(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}
