/* account.h - the names of the books: accounts, purposes, levels. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_ACCOUNT_H
#define CAPTURE_LEDGER_ACCOUNT_H

#include <stdbool.h>
#include "wire/cursor.h"

/* The groups of the "what" axis, in the order a report shows them. */
enum account_group {
	GROUP_PHY,
	GROUP_LINK,
	GROUP_NETWORK,
	GROUP_TUNNEL,
	GROUP_TRANSPORT,
	GROUP_CONTROL,
	GROUP_TRAILER,
	GROUP_PAYLOAD,
	GROUP_UNKNOWN,
	GROUP_COUNT
};

/*
 * What a byte is.  Names are Wireshark's protocol names where it has one;
 * docs/ledger.md says what each holds.
 */
#define ACCOUNTS(X)                                                            \
	X(PHY, "phy", GROUP_PHY)                                               \
	X(ETH, "eth", GROUP_LINK)                                              \
	X(ISL, "isl", GROUP_LINK)                                              \
	X(VLAN, "vlan", GROUP_LINK)                                            \
	X(MPLS, "mpls", GROUP_LINK)                                            \
	X(PWETHCW, "pwethcw", GROUP_LINK)                                      \
	X(PPPOE, "pppoe", GROUP_LINK)                                          \
	X(PPP, "ppp", GROUP_LINK)                                              \
	X(CHDLC, "chdlc", GROUP_LINK)                                          \
	X(FR, "fr", GROUP_LINK)                                                \
	X(LLC, "llc", GROUP_LINK)                                              \
	X(SNAP, "snap", GROUP_LINK)                                            \
	X(SLL, "sll", GROUP_LINK)                                              \
	X(SLL2, "sll2", GROUP_LINK)                                            \
	X(NULL, "null", GROUP_LINK)                                            \
	X(RADIOTAP, "radiotap", GROUP_LINK)                                    \
	X(PPI, "ppi", GROUP_LINK)                                              \
	X(PRISM, "prism", GROUP_LINK)                                          \
	X(WLANCAP, "wlancap", GROUP_LINK)                                      \
	X(WLAN, "wlan", GROUP_LINK)                                            \
	X(PFLOG, "pflog", GROUP_LINK)                                          \
	X(NFLOG, "nflog", GROUP_LINK)                                          \
	X(ENC, "enc", GROUP_LINK)                                              \
	X(PKTAP, "pktap", GROUP_LINK)                                          \
	X(IP, "ip", GROUP_NETWORK)                                             \
	X(IP_OPTIONS, "ip.options", GROUP_NETWORK)                             \
	X(IPV6, "ipv6", GROUP_NETWORK)                                         \
	X(IPV6_EXT, "ipv6.ext", GROUP_NETWORK)                                 \
	X(AH, "ah", GROUP_NETWORK)                                             \
	X(GRE, "gre", GROUP_TUNNEL)                                            \
	X(ERSPAN, "erspan", GROUP_TUNNEL)                                      \
	X(ETHERIP, "etherip", GROUP_TUNNEL)                                    \
	X(VXLAN, "vxlan", GROUP_TUNNEL)                                        \
	X(GENEVE, "geneve", GROUP_TUNNEL)                                      \
	X(NSH, "nsh", GROUP_TUNNEL)                                            \
	X(GTP, "gtp", GROUP_TUNNEL)                                            \
	X(L2TP, "l2tp", GROUP_TUNNEL)                                          \
	X(TEREDO, "teredo", GROUP_TUNNEL)                                      \
	X(ESP, "esp", GROUP_TUNNEL)                                            \
	X(TCP, "tcp", GROUP_TRANSPORT)                                         \
	X(TCP_OPTIONS, "tcp.options", GROUP_TRANSPORT)                         \
	X(UDP, "udp", GROUP_TRANSPORT)                                         \
	X(UDPLITE, "udplite", GROUP_TRANSPORT)                                 \
	X(SCTP, "sctp", GROUP_TRANSPORT)                                       \
	X(SCTP_CHUNK, "sctp.chunk", GROUP_TRANSPORT)                           \
	X(DCCP, "dccp", GROUP_TRANSPORT)                                       \
	X(ARP, "arp", GROUP_CONTROL)                                           \
	X(ICMP, "icmp", GROUP_CONTROL)                                         \
	X(ICMPV6, "icmpv6", GROUP_CONTROL)                                     \
	X(IGMP, "igmp", GROUP_CONTROL)                                         \
	X(STP, "stp", GROUP_CONTROL)                                           \
	X(LLDP, "lldp", GROUP_CONTROL)                                         \
	X(CDP, "cdp", GROUP_CONTROL)                                           \
	X(SLOW, "slow", GROUP_CONTROL)                                         \
	X(EAPOL, "eapol", GROUP_CONTROL)                                       \
	X(WLAN_MGT, "wlan.mgt", GROUP_CONTROL)                                 \
	X(OTHER, "other", GROUP_CONTROL)                                       \
	X(PADDING, "padding", GROUP_TRAILER)                                   \
	X(FCS, "fcs", GROUP_TRAILER)                                           \
	X(PAYLOAD, "payload", GROUP_PAYLOAD)                                   \
	X(REPEATED, "repeated", GROUP_PAYLOAD)                                 \
	X(ENCRYPTED, "encrypted", GROUP_UNKNOWN)                               \
	X(TRUNCATED, "truncated", GROUP_UNKNOWN)                               \
	X(MALFORMED, "malformed", GROUP_UNKNOWN)

enum account {
#define X(id, name, group) ACCOUNT_##id,
	ACCOUNTS(X)
#undef X
	    ACCOUNT_COUNT
};

/* The kinds that tcp.options is broken down by (IANA "TCP Option Kind"). */
#define TCP_OPTION_KINDS(X)                                                    \
	X(EOL, "eol")                                                          \
	X(NOP, "nop")                                                          \
	X(MSS, "mss")                                                          \
	X(WINDOW_SCALE, "window_scale")                                        \
	X(SACK_PERMITTED, "sack_permitted")                                    \
	X(SACK, "sack")                                                        \
	X(TIMESTAMPS, "timestamps")                                            \
	X(MD5, "md5")                                                          \
	X(AO, "ao")                                                            \
	X(MPTCP, "mptcp")                                                      \
	X(FAST_OPEN, "fast_open")                                              \
	X(OTHER, "other")                                                      \
	X(TRUNCATED, "truncated")                                              \
	X(MALFORMED, "malformed")

enum tcp_option {
#define X(id, name) TCP_OPTION_##id,
	TCP_OPTION_KINDS(X)
#undef X
	    TCP_OPTION_COUNT
};

/* A part of a frame's tcp.options. */
struct option_part {
	enum tcp_option kind;
	uint32_t bytes;
};

/* Why a frame was sent: the first that fits, in docs/ledger.md's order. */
#define PURPOSES(X)                                                            \
	X(RESET, "reset")                                                      \
	X(SETUP, "setup")                                                      \
	X(DATA, "data")                                                        \
	X(REPEAT, "repeat")                                                    \
	X(PROBE, "probe")                                                      \
	X(TEARDOWN, "teardown")                                                \
	X(ACK, "ack")                                                          \
	X(CONTROL, "control")

enum purpose {
#define X(id, name) PURPOSE_##id,
	PURPOSES(X)
#undef X
	    PURPOSE_COUNT
};

/* Applications whose payload is broken down. */
#define APPLICATIONS(X) X(TREASURE, "treasure")

enum application {
#define X(id, name) APPLICATION_##id,
	APPLICATIONS(X)
#undef X
	    APPLICATION_COUNT
};

/* Which bytes a report counts, from the fewest to the most. */
#define LEVELS(X)                                                              \
	X(TRANSPORT, "transport")                                              \
	X(IP, "ip")                                                            \
	X(LINK, "link")                                                        \
	X(WIRE, "wire")

enum level {
#define X(id, name) LEVEL_##id,
	LEVELS(X)
#undef X
	    LEVEL_COUNT
};

/* What flows and frames can be added up by. */
#define GROUPINGS(X)                                                           \
	X(NONE, "none")                                                        \
	X(PORT, "port")                                                        \
	X(HOST, "host")                                                        \
	X(LINK, "link")                                                        \
	X(VLAN, "vlan")

enum grouping {
#define X(id, name) GROUPING_##id,
	GROUPINGS(X)
#undef X
	    GROUPING_COUNT
};

/*
 * What makes a capture lie; each is counted and shown as a warning.  What is
 * counted is the first word that ends in s.
 */
#define WARNINGS(X)                                                            \
	X(DROPPED, "dropped", "frames the capture itself says it lost")        \
	X(OFFLOAD, "larger_than_mtu",                                          \
	    "frames larger than an Ethernet MTU of 1,500 "                     \
	    "(segmentation offload or jumbo: the cable may have carried "      \
	    "more headers)")                                                   \
	X(DUPLICATED, "duplicated",                                            \
	    "packets captured twice (a mirror port, or several interfaces): "  \
	    "copies are counted")                                              \
	X(SNAPPED, "snapped", "frames cut by the snap length")                 \
	X(NO_START, "no_start", "TCP connections whose start is missing")      \
	X(NO_END, "no_end", "TCP connections whose end is missing")            \
	X(LATER_FRAGMENT, "later_fragment_without_first",                      \
	    "later IP fragments whose first is missing, and so their flow")    \
	X(LINK_TYPE, "link_type", "frames of a link type not decoded")         \
	X(HOLES, "holes_given_up", "holes in sequence space given up")

enum warning {
#define X(id, name, text) WARNING_##id,
	WARNINGS(X)
#undef X
	    WARNING_COUNT
};

/* The names that JSON, CSV and text use. */
const char *account_name(enum account account);
enum account_group account_group(enum account account);
const char *account_group_name(enum account_group group);
const char *tcp_option_name(enum tcp_option option);
const char *purpose_name(enum purpose purpose);
const char *application_name(enum application application);
const char *level_name(enum level level);
const char *grouping_name(enum grouping grouping);
const char *warning_name(enum warning warning);
const char *warning_text(enum warning warning);

/* False if no grouping (but none) has that name. */
bool grouping_parse(const char *name, enum grouping *out) MUST_CHECK;

/* False if no level has that name. */
bool level_parse(const char *name, enum level *out) MUST_CHECK;

#endif
