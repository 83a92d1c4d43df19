libhalb_a_SOURCES += \
	include/halb/config/site.h %D%/site.c %D%/stack.c \
	%D%/build.c %D%/build_priv.h \
	%D%/check.c %D%/check_priv.h \
	%D%/host.c \
	%D%/document.c %D%/document_priv.h \
	%D%/overlay.c %D%/overlay_priv.h \
	%D%/quote.c %D%/quote_priv.h \
	%D%/reader.c %D%/reader_priv.h \
	%D%/schema.c %D%/schema_priv.h \
	%D%/shape.c \
	%D%/template.c \
	%D%/value.c %D%/value_priv.h
