halb_dns_SOURCES += %D%/main.c
