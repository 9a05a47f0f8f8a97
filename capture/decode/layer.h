/* layer.h - the decoders' own ground: a view of what is left, the table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_DECODE_LAYER_H
#define CAPTURE_DECODE_LAYER_H

#include "capture/decode/anatomy.h"

/*
 * What is left of a frame at one layer.  A header may be hidden by the snap
 * length although it was on the wire, so both lengths are kept.
 */
struct view {
	const uint8_t *at;
	uint32_t captured; /* bytes readable at `at`; at most length */
	uint32_t length;   /* bytes there were on the wire */
};

/* What comes next.  decode.c has a row for each. */
enum layer {
	LAYER_DONE,
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_LLC,
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NULL,
	LAYER_RAW_IP,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_EXT,
	LAYER_AH,
	LAYER_FRAGMENT, /* the body of a later IP fragment */
	LAYER_TCP,
	LAYER_UDP,
	LAYER_ARP,
	LAYER_PAYLOAD, /* these take all that is left */
	LAYER_ICMP,
	LAYER_ICMPV6,
	LAYER_IGMP,
	LAYER_STP,
	LAYER_LLDP,
	LAYER_OTHER,
	LAYER_TRUNCATED,
	LAYER_MALFORMED,
	LAYER_COUNT
};

/*
 * A decoder posts its header to out, moves past it, and says what follows.
 * It never looks beyond in->captured.
 */
typedef enum layer decode_function(struct view *in, struct anatomy *out);

decode_function decode_ethernet, decode_vlan, decode_llc, decode_sll,
    decode_sll2, decode_null;
decode_function decode_raw_ip, decode_ipv4, decode_ipv6, decode_ipv6_ext,
    decode_ah, decode_fragment;
decode_function decode_tcp, decode_udp;
decode_function decode_arp;

/* Break tcp.options down; len bytes, of which captured can be read. */
void decode_tcp_options(const uint8_t *at, uint32_t captured, uint32_t len,
    struct anatomy *out);

/* What an EtherType, or an IP protocol number, says comes next. */
enum layer layer_of_ethertype(uint16_t type);
enum layer layer_of_protocol(uint8_t protocol);

/* Post bytes to an account, without moving. */
void anatomy_post(struct anatomy *out, enum account account, uint32_t bytes);

/*
 * A header of len bytes, all of which must be readable: posted and passed.
 * NULL if it is not there; view_missing then says what is left instead.
 */
const uint8_t *view_header(struct view *in, struct anatomy *out,
    enum account account, uint32_t len) MUST_CHECK;
enum layer view_missing(const struct view *in, uint32_t len);

/*
 * The rest of a header whose size is known, readable or not: posted and
 * passed.  False, nothing done, if the frame on the wire was shorter.
 */
bool view_skip(struct view *in, struct anatomy *out, enum account account,
    uint32_t len) MUST_CHECK;

/* Post what lies behind the next len bytes as padding, and forget it. */
void view_trim(struct view *in, struct anatomy *out, uint32_t len);

#endif
