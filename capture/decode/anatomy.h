/* anatomy.h - what each byte of one frame is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_DECODE_ANATOMY_H
#define CAPTURE_DECODE_ANATOMY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/account.h"
#include "capture/source/frame.h"

enum {
	ANATOMY_PARTS = 162,
	ANATOMY_OPTIONS = 40,
	ANATOMY_VLANS = 4,
	ANATOMY_FIRSTS = 2, /* fragments in fragments beyond are not joined */
};

/* IANA, "Protocol Numbers": those that more than the decoders ask for. */
enum {
	PROTO_TCP = 6,
	PROTO_UDP = 17,
};

/* TCP's flags byte (RFC 9293 section 3.1). */
enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

/*
 * What an IP header says of a fragment: all of one datagram share these (RFC
 * 791 section 3.2, RFC 8200 section 4.5).
 */
struct fragment {
	uint8_t source[16], destination[16];
	uint32_t id;
	uint8_t ip_version;
	uint8_t protocol; /* 0 for IPv6, where only the first one's counts */
	uint32_t at;      /* offset in its datagram, bytes */

	/* Of a first one, as bytes of the frame that stand before. */
	uint32_t body_from;
	uint32_t ends_at; /* the packet inside, or UINT32_MAX: not known */
};

/*
 * What the first fragment of a datagram tells of its later ones, by offsets
 * in the datagram.  Before payload_at are TCP options, behind ends_at padding.
 */
struct continuation {
	uint32_t payload_at, ends_at;
	enum account account; /* of what stands between */
	bool has_transport;   /* a transport header stands before it all */
};

/* Some bytes of a frame, and what they are. */
struct part {
	enum account account;
	uint32_t bytes;
	bool is_inside_ip; /* from the outermost IP header to its end */
};

/*
 * A frame taken apart.  The parts add up to its length.  Headers stand in
 * order, but the padding of a datagram stands before the datagram.
 */
struct anatomy {
	uint32_t parts;
	struct part part[ANATOMY_PARTS];
	uint32_t transport_at; /* the part where the innermost transport header
				  starts; UINT32_MAX where there is none */
	uint32_t options;      /* the parts of the account tcp.options */
	struct option_part option[ANATOMY_OPTIONS];

	bool is_inside_ip; /* while decoding: an IP header was passed */
	uint8_t vlans;     /* tags before any IP header, counted up to 4 */
	uint16_t vlan[ANATOMY_VLANS]; /* their identifiers, outermost first */
	bool is_ethernet;             /* the outermost link is Ethernet */
	bool is_cooked_ethernet;      /* or was, before a cooked header */
	bool is_loopback;    /* the link says it is the host's own loopback */
	bool is_wlan_padded; /* while decoding: radiotap says so */
	bool is_snapped;     /* bytes hidden by the snap length */

	uint8_t ip_headers; /* packets in packets have more than one */
	uint32_t inner_at;  /* the part where the innermost of them starts; at
			       least parts where there is none */

	/* The innermost IP packet; ip_version is 0 where there is none. */
	uint8_t ip_version;
	uint8_t protocol;   /* IANA protocol number behind all headers */
	uint8_t source[16]; /* IPv4 uses the first four */
	uint8_t destination[16];
	uint32_t ip_at; /* where in the frame the outermost IP packet starts */
	uint32_t ip_bytes; /* its length; 0 if there is none */

	/*
	 * IP headers passed that stand before the first fragment of a
	 * datagram, from the outermost on; and the last one, if it stands
	 * before a later fragment, whose bytes are the last part.
	 */
	uint32_t firsts;
	struct fragment first[ANATOMY_FIRSTS];
	bool is_later_fragment;
	struct fragment later;
	enum account behind;   /* what the next bytes of a first one are */
	uint32_t payload_from; /* bytes of the frame before the payload, some
				  perhaps in the next fragment */

	/* Its transport header; false where there is none (whole). */
	bool has_ports;
	uint16_t source_port, destination_port;
	uint32_t payload; /* application bytes in this frame */
	/* The frame's; NULL if it is not in one piece: SCTP, fragments. */
	const uint8_t *payload_at;
	uint32_t payload_captured; /* bytes of it that can be read there */

	/* With protocol TCP and has_ports. */
	uint32_t seq, ack;
	uint8_t tcp_flags;    /* enum tcp_flag */
	uint8_t window_shift; /* of its window scale option, or 0 */
};

/* Take a frame apart.  Any bytes will do; it reads data only. */
void anatomy_of(const struct frame *frame, struct anatomy *out);

/* The same without the short way for regular frames, to test that one. */
void anatomy_by_layers(const struct frame *frame, struct anatomy *out);

/* What the later fragments are, by the first one at first[i]. */
struct continuation anatomy_continuation(const struct anatomy *a, uint32_t i);

/* Say what a later fragment is, once its first one is known. */
void anatomy_continue(struct anatomy *a, const struct continuation *is);

/* Wireshark's name of a transport protocol, static storage; or NULL. */
const char *anatomy_protocol_name(uint8_t protocol);

/* The IANA number of a transport protocol so called, or 0. */
uint8_t anatomy_protocol_number(const char *name);

/* Can frames of this link type be taken apart? */
bool anatomy_knows(uint16_t link_type);

#endif
