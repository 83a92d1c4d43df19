libhalb_a_SOURCES += \
	include/halb/net/command.h %D%/command.c \
	include/halb/net/connection.h %D%/connection.c \
	include/halb/net/identity.h %D%/identity.c \
	include/halb/net/listener.h %D%/listener.c \
	include/halb/net/locate.h %D%/locate_priv.h %D%/locate.c %D%/order.c %D%/connect.c \
	include/halb/net/loop.h %D%/loop.c \
	include/halb/net/neighbour.h %D%/follow.c %D%/inquiry.c %D%/neighbour.c \
	%D%/nudge.c \
	include/halb/net/offer.h %D%/offer.c \
	include/halb/net/ping.h %D%/ping.c \
	include/halb/net/probe.h %D%/probe.c \
	include/halb/net/pulser.h %D%/pulser.c \
	include/halb/net/resolver.h %D%/resolver.c \
	%D%/arp_priv.h %D%/arp.c \
	%D%/certificate_priv.h %D%/certificate.c \
	%D%/curl_priv.h %D%/curl.c \
	%D%/dhcp_priv.h %D%/dhcp.c \
	%D%/http_priv.h %D%/http.c \
	%D%/response_priv.h %D%/response.c \
	%D%/rtnl_priv.h %D%/rtnl.c \
	%D%/sockets_priv.h %D%/sockets.c \
	%D%/tcp_priv.h %D%/tcp.c \
	%D%/words_priv.h %D%/words.c
