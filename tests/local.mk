# Unit tests: tests/<module>/test_<noun>.c mirrors src/<module>/<noun>.c.
unit_libs = $(halb_dns_LDADD) $(CRITERION_LIBS)
unit_cflags = $(AM_CFLAGS) $(CRITERION_CFLAGS)

dist_check_SCRIPTS = tests/completion tests/drift tests/layers tests/manual tests/units

include tests/support/local.mk
include tests/base/local.mk
include tests/dns/local.mk
include tests/config/local.mk
include tests/net/local.mk
include tests/directory/local.mk
include tests/dhcp/local.mk
include tests/render/local.mk
include tests/plan/local.mk
include tests/verify/local.mk
include tests/watch/local.mk
include tests/lint/local.mk
include tests/survey/local.mk
include tests/apply/local.mk
include tests/report/local.mk
include tests/cli/local.mk
include tests/fuzz/local.mk

AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)'; export srcdir;
TESTS += tests/completion tests/drift tests/layers tests/manual tests/units
