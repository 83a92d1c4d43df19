/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "schema_priv.h"
#include "sites_priv.h"

Test(template, loads_as_it_stands)
{
	struct halb_site site = load_right(halb_site_template);

	cr_assert_eq(site.n_balancers, 1);
	cr_assert_str_eq(site.balancers[0].name, "k8s1");
	cr_assert_eq(site.stack.n_hosts, 3);
	halb_site_clear(&site);
}

static void expect_keys(const struct cyaml_schema_value *schema)
{
	char key[40];

	if (schema->type == CYAML_SEQUENCE)
		expect_keys(schema->sequence.entry);
	if (schema->type != CYAML_MAPPING)
		return;
	for (const struct cyaml_schema_field *f = schema->mapping.fields; f->key; f++) {
		snprintf(key, sizeof key, "%s:", f->key);
		cr_expect(strstr(halb_site_template, key), "%s is not shown", key);
		expect_keys(&f->value);
	}
}

Test(template, shows_every_key)
{
	expect_keys(&halb_schema);
}

Test(template, fits_a_terminal)
{
	for (const char *at = halb_site_template; *at; at += strcspn(at, "\n") + 1)
		cr_expect_leq(strcspn(at, "\n"), 100, "%.40s", at);
}
