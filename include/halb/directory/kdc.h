/* SPDX-License-Identifier: Apache-2.0 */
/* Which KDC libkrb5 asks, where the system's krb5.conf(5) does not say. */
#ifndef HALB_DIRECTORY_KDC_H
#define HALB_DIRECTORY_KDC_H

#include "halb/dns/name.h"

/*
 * Appends a profile of this process, in memory, to the list of files that KRB5_CONFIG names or
 * stands for: what is in the user's own files comes first. Changes the environment, so it is for
 * main(), before there are threads.
 */
void halb_kdc_init(void);

/*
 * From here on the DC at that address is the KDC of the domain's realm, unless the user's files
 * name one: the realm's name is the domain's in upper case ([MS-KILE] 3.1.5.9). Without halb_kdc_init()
 * it does nothing. For one thread at a time, like the logins that read it.
 */
void halb_kdc_use(const struct halb_name *domain, const struct halb_addr *address);

/*
 * The same, unless a DC was named already: for threads that each log in to a DC of their own,
 * before they do. The first that answers serves them all, and none reads what another writes.
 */
void halb_kdc_offer(const struct halb_name *domain, const struct halb_addr *address);

#endif
