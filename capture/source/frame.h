/* frame.h - one captured frame, wherever it comes from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_FRAME_H
#define CAPTURE_SOURCE_FRAME_H

#include <stdint.h>

/*
 * LINKTYPE_ values of the files' world (www.tcpdump.org/linktypes.html), not
 * the DLT_ values of one machine: they differ for raw IP, for one.
 */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_ATM_RFC1483 = 100,
	LINK_RAW = 101,
	LINK_C_HDLC = 104,
	LINK_IEEE802_11 = 105,
	LINK_FRELAY = 107,
	LINK_LOOP = 108,
	LINK_ENC = 109,
	LINK_LINUX_SLL = 113,
	LINK_PFLOG = 117,
	LINK_IEEE802_11_PRISM = 119,
	LINK_IEEE802_11_RADIOTAP = 127,
	LINK_IEEE802_11_AVS = 163,
	LINK_PPI = 192,
	LINK_PPP_WITH_DIR = 204,
	LINK_C_HDLC_WITH_DIR = 205,
	LINK_FRELAY_WITH_DIR = 206,
	LINK_MPLS = 219,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_NFLOG = 239,
	LINK_PKTAP = 258,
	LINK_LINUX_SLL2 = 276,
};

struct frame {
	const uint8_t *data; /* borrowed; see who hands the frame out */
	uint32_t captured;   /* bytes in data, at most length */
	uint32_t length;     /* bytes on the wire, as the capture states it */
	uint64_t time_ns;    /* since 1970; 0 if the capture does not say */
	uint16_t link_type;  /* an enum link_type, or one not decoded */
	uint8_t fcs_len;     /* of length, a frame check sequence; or 0 */
	uint8_t interface;   /* which of the file's, the last for all above */
	uint64_t record_at;  /* offset of the record in its file, bytes */
};

#endif
