/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/image.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/buf.h"

#define DN "DC=k8s1,DC=lan"

static struct halb_image before, after;
static struct halb_image_write made;

static void setup(void)
{
	before.object_class = strdup("dnsNode");
	after.object_class = strdup("dnsNode");
	before.exists = after.exists = true;
}

static void teardown(void)
{
	halb_image_write_clear(&made);
	halb_image_clear(&before);
	halb_image_clear(&after);
}

TestSuite(image, .init = setup, .fini = teardown);

static void put(struct halb_image *image, const char *attr, const char *text)
{
	cr_assert_eq(halb_image_add_text(image, attr, text, NULL), HALB_OK);
}

/* "+a=x,y -b=z": the write's parts in their order. */
static char *diff(void)
{
	static const char signs[] = { [HALB_MOD_ADD] = '+', [HALB_MOD_DELETE] = '-',
				      [HALB_MOD_REPLACE] = '!' };
	struct halb_buf out = { 0 };

	cr_assert_eq(halb_image_diff(DN, &before, &after, &made, NULL), HALB_OK);
	cr_assert_str_eq(made.write.dn, DN);
	for (size_t i = 0; i < made.write.n_mods; i++) {
		const struct halb_mod *mod = &made.write.mods[i];

		halb_buf_printf(&out, "%s%c%s", i ? " " : "", signs[mod->op], mod->attr);
		for (size_t v = 0; v < mod->n; v++)
			halb_buf_printf(&out, "%c%.*s", v ? ',' : '=', (int)mod->values[v].len,
					(const char *)mod->values[v].bytes);
	}
	return halb_buf_take_string(&out);
}

static void expect(bool needed, enum halb_write_kind kind, const char *text)
{
	char *found = diff();

	cr_expect_eq(made.needed, needed);
	cr_expect_eq(made.write.kind, kind);
	cr_expect_str_eq(found, text);
	free(found);
}

Test(image, adds_an_object_with_its_class_and_all_values)
{
	before.exists = false;
	put(&after, "dnsRecord", "one");
	put(&after, "adminDescription", "mark");
	put(&after, "dnsRecord", "two");
	expect(true, HALB_WRITE_ADD, "+objectClass=dnsNode +dnsRecord=one,two "
				     "+adminDescription=mark");
}

Test(image, removes_an_object_that_shall_not_be)
{
	after.exists = false;
	put(&before, "dnsRecord", "one");
	expect(true, HALB_WRITE_REMOVE, "");
}

Test(image, needs_nothing_where_nothing_is_and_nothing_shall_be)
{
	before.exists = after.exists = false;
	expect(false, HALB_WRITE_REMOVE, "");
}

Test(image, needs_nothing_where_both_are_the_same_in_any_order_and_case)
{
	put(&before, "dnsRecord", "one");
	put(&before, "dnsRecord", "two");
	put(&before, "adminDescription", "mark");
	put(&after, "ADMINDESCRIPTION", "mark");
	put(&after, "dnsrecord", "two");
	put(&after, "dnsrecord", "one");
	expect(false, HALB_WRITE_MODIFY, "");
}

Test(image, swaps_exactly_the_values_that_differ)
{
	put(&before, "dnsRecord", "keep");
	put(&before, "dnsRecord", "old");
	put(&before, "adminDescription", "mark");
	put(&after, "adminDescription", "mark");
	put(&after, "dnsRecord", "new");
	put(&after, "dnsRecord", "keep");
	expect(true, HALB_WRITE_MODIFY, "-dnsRecord=old +dnsRecord=new");
}

Test(image, deletes_before_it_adds)
{
	put(&before, "dNSTombstoned", "TRUE");
	put(&before, "dnsRecord", "grave");
	put(&after, "dnsRecord", "a");
	put(&after, "dNSTombstoned", "FALSE");
	put(&after, "adminDescription", "mark");
	expect(true, HALB_WRITE_MODIFY, "-dNSTombstoned=TRUE -dnsRecord=grave +dnsRecord=a "
					"+dNSTombstoned=FALSE +adminDescription=mark");
}

Test(image, takes_several_values_and_whole_attributes_away)
{
	put(&before, "dnsRecord", "a");
	put(&before, "dnsRecord", "b");
	put(&before, "dnsRecord", "c");
	put(&before, "adminDescription", "mark");
	put(&after, "dnsRecord", "b");
	expect(true, HALB_WRITE_MODIFY, "-dnsRecord=a,c -adminDescription=mark");
}

Test(image, values_differ_by_case_and_by_length)
{
	put(&before, "adminDescription", "Mark");
	put(&before, "dnsRecord", "a");
	put(&after, "adminDescription", "mark");
	put(&after, "dnsRecord", "ab");
	expect(true, HALB_WRITE_MODIFY, "-adminDescription=Mark -dnsRecord=a "
					"+adminDescription=mark +dnsRecord=ab");
}

Test(image, keeps_bytes_that_are_no_text)
{
	static const uint8_t one[] = { 0, 1, 0 }, two[] = { 0, 1, 1 };

	cr_assert_eq(halb_image_add(&before, "dnsRecord", one, sizeof one, NULL), HALB_OK);
	cr_assert_eq(halb_image_add(&after, "dnsRecord", two, sizeof two, NULL), HALB_OK);
	cr_assert_eq(halb_image_diff(DN, &before, &after, &made, NULL), HALB_OK);
	cr_assert_eq(made.write.n_mods, 2);
	cr_assert_eq(made.write.mods[0].values[0].len, sizeof one);
	cr_assert_arr_eq(made.write.mods[0].values[0].bytes, one, sizeof one);
	cr_assert_arr_eq(made.write.mods[1].values[0].bytes, two, sizeof two);
}

/* ---- an entry against an image ---- */

static struct halb_value values[4];
static struct halb_attr attrs[4];

/* The entry has these two attributes. */
static struct halb_entry entry_of(const char *records[], size_t n, const char *mark)
{
	for (size_t i = 0; i < n; i++)
		values[i] = (struct halb_value){ (const uint8_t *)records[i], strlen(records[i]) };
	values[n] = (struct halb_value){ (const uint8_t *)mark, strlen(mark) };
	attrs[0] = (struct halb_attr){ "DNSRECORD", values, n };
	attrs[1] = (struct halb_attr){ "adminDescription", values + n, 1 };
	return (struct halb_entry){ DN, attrs, 2 };
}

Test(image, an_entry_holds_an_image_exactly_or_with_more)
{
	struct halb_entry same, more, other;

	put(&before, "dnsRecord", "one");
	put(&before, "adminDescription", "mark");
	same = entry_of((const char *[]){ "one" }, 1, "mark");
	cr_expect(halb_image_holds(&before, &same, true));
	cr_expect(halb_image_holds(&before, &same, false));
	more = entry_of((const char *[]){ "two", "one" }, 2, "mark");
	cr_expect_not(halb_image_holds(&before, &more, true));
	cr_expect(halb_image_holds(&before, &more, false));
	other = entry_of((const char *[]){ "two", "one" }, 2, "Mark");
	cr_expect_not(halb_image_holds(&before, &other, false));
	put(&before, "dNSTombstoned", "TRUE");
	cr_expect_not(halb_image_holds(&before, &same, false));
}
