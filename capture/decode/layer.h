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
	uint32_t passed;   /* bytes that stood before `at` */
	bool goes_on;      /* the next IP fragment has more of it */
};

/* What comes next.  decode.c has a row for each. */
enum layer {
	LAYER_UNKNOWN, /* a link type not decoded */
	LAYER_ETHERNET,
	LAYER_ISL,
	LAYER_VLAN,
	LAYER_LLC,
	LAYER_SNAP,
	LAYER_SNAP_PADDED, /* behind LLC */
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NULL,
	LAYER_PFLOG,
	LAYER_NFLOG,
	LAYER_ENC,
	LAYER_PKTAP,
	LAYER_MPLS,
	LAYER_PW_CONTROL_WORD,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_PPP_WITH_DIRECTION,
	LAYER_PPP_OR_CHDLC,
	LAYER_CHDLC,
	LAYER_CHDLC_WITH_DIRECTION,
	LAYER_FRAME_RELAY,
	LAYER_FRAME_RELAY_WITH_DIRECTION,
	LAYER_RADIOTAP,
	LAYER_PPI,
	LAYER_PRISM,
	LAYER_WLAN,
	LAYER_RAW_IP,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_EXT,
	LAYER_AH,
	LAYER_FRAGMENT, /* the body of a later IP fragment */
	LAYER_GRE,
	LAYER_ERSPAN_II,
	LAYER_ERSPAN_III,
	LAYER_ETHERIP,
	LAYER_VXLAN,
	LAYER_VXLAN_GPE,
	LAYER_NSH,
	LAYER_GENEVE,
	LAYER_GTP,
	LAYER_L2TP,
	LAYER_TEREDO,
	LAYER_ESP,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_UDPLITE,
	LAYER_SCTP,
	LAYER_DCCP,
	LAYER_ARP,
	LAYER_PAYLOAD,  /* these take all that is left */
	LAYER_TCP_PART, /* of a header that goes on in the next fragment */
	LAYER_ICMP,
	LAYER_ICMPV6,
	LAYER_IGMP,
	LAYER_STP,
	LAYER_LLDP,
	LAYER_CDP,
	LAYER_SLOW,
	LAYER_EAPOL,
	LAYER_WLAN_MGT,
	LAYER_WLAN_CONTROL,
	LAYER_L2TP_CONTROL,
	LAYER_GTP_CONTROL,
	LAYER_OTHER,
	LAYER_ENCRYPTED,
	LAYER_TRUNCATED,
	LAYER_MALFORMED,
	LAYER_COUNT
};

/*
 * A decoder posts its header to out, moves past it, and says what follows.
 * It never looks beyond in->captured.
 */
typedef enum layer decode_function(struct view *in, struct anatomy *out);

/* link.c */
decode_function decode_ethernet, decode_isl, decode_vlan, decode_llc,
    decode_snap, decode_snap_padded, decode_arp, decode_lldp, decode_eapol;
/* cooked.c */
decode_function decode_sll, decode_sll2, decode_null, decode_pflog,
    decode_nflog, decode_enc, decode_pktap;
/* wan.c */
decode_function decode_mpls, decode_pw_control_word, decode_pppoe, decode_ppp,
    decode_ppp_with_direction, decode_ppp_or_chdlc, decode_chdlc,
    decode_chdlc_with_direction, decode_frame_relay,
    decode_frame_relay_with_direction;
/* wireless.c */
decode_function decode_radiotap, decode_ppi, decode_prism, decode_wlan;
/* network.c */
decode_function decode_raw_ip, decode_ipv4, decode_ipv6, decode_ipv6_ext,
    decode_ah;
/* fragment.c */
decode_function decode_fragment;
/* gre.c */
decode_function decode_gre, decode_erspan_ii, decode_erspan_iii;
/* tunnel.c */
decode_function decode_etherip, decode_vxlan, decode_vxlan_gpe, decode_nsh,
    decode_geneve, decode_gtp, decode_l2tp, decode_teredo, decode_esp;
/* transport.c, sctp.c */
decode_function decode_tcp, decode_udp, decode_udplite, decode_sctp,
    decode_dccp;

/*
 * Break tcp.options down: the next len bytes, which stay where they are.  The
 * last one may go on in the next fragment.
 */
void decode_tcp_options(const struct view *in, uint32_t len,
    struct anatomy *out);

/* What a number in a header says comes next; LAYER_OTHER for most. */
enum layer layer_of_link(uint16_t link_type); /* or LAYER_UNKNOWN */
enum layer layer_of_ethertype(uint16_t type);
enum layer layer_of_protocol(uint8_t protocol);
enum layer layer_of_address_family(uint32_t family); /* of any BSD, or Linux */

/*
 * The tunnel inside a UDP datagram, or LAYER_PAYLOAD where none is certain:
 * in is what the datagram carries.
 */
enum layer layer_of_udp_ports(uint16_t source, uint16_t destination,
    const struct view *in);

/*
 * An IP header said this of its place in a datagram; what it stands before
 * starts at in.
 */
void fragment_enter(struct view *in, struct anatomy *out,
    const struct fragment *fragment, bool has_more);

/* Does a protocol carry application bytes? */
bool protocol_is_transport(uint8_t protocol);

/* Post bytes to an account, without moving. */
void anatomy_post(struct anatomy *out, enum account account, uint32_t bytes);

/* What was taken for a transport was the outside of a tunnel: no flow. */
void anatomy_enter_tunnel(struct anatomy *out);

/* Note where the transport header starts that comes next, and its ports. */
void anatomy_enter_transport(struct anatomy *out);
void anatomy_set_ports(struct anatomy *out, const uint8_t *header);

/*
 * A header of len bytes, all of which must be readable: posted and passed.
 * NULL if it is not there; view_missing then says what is left instead.
 */
const uint8_t *view_header(struct view *in, struct anatomy *out,
    enum account account, uint32_t len) MUST_CHECK;
enum layer view_missing(const struct view *in, uint32_t len);

/*
 * A header that cannot be passed, as it says that it has len bytes: too few,
 * or more than there are.  Its fixed part, which can be read, is posted; what
 * is left behind that is malformed, or goes on in the next fragment.
 */
enum layer view_broken(struct view *in, struct anatomy *out,
    enum account account, uint32_t fixed, uint32_t len);

/* The next len bytes, if they are readable; nothing is passed. */
static inline const uint8_t *view_peek(const struct view *in, uint32_t len)
{
	return len > in->captured ? NULL : in->at;
}

/*
 * The rest of a header whose size is known, readable or not: posted and
 * passed.  False, nothing done, if the frame on the wire was shorter.
 */
bool view_skip(struct view *in, struct anatomy *out, enum account account,
    uint32_t len) MUST_CHECK;

/* Move past len bytes, at most what is left, without posting them. */
void view_pass(struct view *in, uint32_t len);

/*
 * A datagram has len bytes from here on.  What lies behind them is posted as
 * padding, and forgotten.
 */
void view_trim(struct view *in, struct anatomy *out, uint32_t len);

/* The same for a frame check sequence at the end, if there is room for it. */
void view_trim_fcs(struct view *in, struct anatomy *out, uint32_t len);

#endif
