/* SPDX-License-Identifier: Apache-2.0 */
/* Standard descriptors that the program was started without. */
#ifndef HALB_CLI_DESCRIPTORS_H
#define HALB_CLI_DESCRIPTORS_H

/*
 * Gives those of 0, 1 and 2 that are closed to /dev/null, from which can be read only: else a socket
 * would be one of them, and get what is printed. A report to a closed standard output still fails.
 */
void descriptors_occupy(void);

#endif
