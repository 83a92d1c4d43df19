/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells libkrb5 what this program knows of the realm. A login is a dozen questions to the system's
 * resolver otherwise, and with a dead name server in front each of them waits for it.
 */
#include "halb/directory/kdc.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "halb/base/buf.h"

#define VARIABLE "KRB5_CONFIG"
#define SYSTEMS  "/etc/krb5.conf" /* where that is not set */

static int profile = -1; /* a krb5.conf(5) in memory, empty at first */
static bool named;       /* it names a KDC */

void halb_kdc_init(void)
{
	const char *files = getenv(VARIABLE);
	struct halb_buf all = { 0 };

	profile = memfd_create("krb5.conf", MFD_CLOEXEC);
	if (profile < 0)
		return;
	/* What stands in an earlier file wins. */
	halb_buf_printf(&all, "%s:/proc/self/fd/%d", files && *files ? files : SYSTEMS, profile);
	if (!all.bad)
		(void)setenv(VARIABLE, halb_buf_string(&all), 1);
	halb_buf_clear(&all);
}

static void write_profile(const char *realm, const char *address, struct halb_buf *out)
{
	/* A DC's name is what we were told, and only where no KDC knows it what DNS makes of it. */
	halb_buf_printf(out,
			"[libdefaults]\n"
			"default_realm = %s\n"
			"dns_canonicalize_hostname = fallback\n"
			"rdns = false\n"
			"[realms]\n"
			"%s = {\n",
			realm, realm);
	/* Each DC can answer for all of them; an old libkrb5 knows the primary as master. */
	for (size_t i = 0; i < 3; i++) {
		static const char *const keys[] = { "kdc", "primary_kdc", "master_kdc" };

		halb_buf_printf(out, strchr(address, ':') ? "%s = [%s]\n" : "%s = %s\n", keys[i],
				address);
	}
	halb_buf_text(out, "}\n");
}

void halb_kdc_use(const struct halb_name *domain, const struct halb_addr *address)
{
	struct halb_buf text = { 0 };
	char addr[HALB_ADDR_TEXT], realm[HALB_NAME_TEXT];

	if (profile < 0 || !address->len)
		return;
	halb_name_format(domain, realm);
	for (char *c = realm; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	write_profile(realm, halb_addr_format(address, addr), &text);
	/* Without it libkrb5 asks DNS, and that is no worse than it was. */
	if (!text.bad && ftruncate(profile, 0) == 0)
		(void)!pwrite(profile, text.data, text.len, 0);
	halb_buf_clear(&text);
	named = true;
}

void halb_kdc_offer(const struct halb_name *domain, const struct halb_addr *address)
{
	static pthread_mutex_t offering = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&offering);
	if (!named)
		halb_kdc_use(domain, address);
	pthread_mutex_unlock(&offering);
}
