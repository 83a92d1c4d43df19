EXTRA_DIST += docs/architecture.md
dist_man_MANS += docs/halb-dns.8 docs/halb-dns.yaml.5
