libhalb_a_SOURCES += \
	include/halb/lint/lint.h include/halb/lint/model.h include/halb/lint/predict.h \
	include/halb/lint/tree.h %D%/model_priv.h %D%/predict_priv.h %D%/rules_priv.h \
	%D%/tree_priv.h %D%/haproxy.c %D%/keepalived.c %D%/model.c %D%/model_haproxy.c \
	%D%/model_keepalived.c %D%/predict.c %D%/predict_servers.c %D%/predict_vrrp.c %D%/rules.c \
	%D%/rules_peers.c %D%/rules_proxies.c %D%/rules_servers.c %D%/rules_stack.c \
	%D%/rules_tracking.c %D%/rules_vrrp.c %D%/script.c %D%/tree.c
