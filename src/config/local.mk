libhalb_a_SOURCES += %D%/quote.c %D%/quote_priv.h
