/* frame.h - one captured frame, wherever it comes from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_FRAME_H
#define CAPTURE_SOURCE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * LINKTYPE_ values of the files' world (www.tcpdump.org/linktypes.html), not
 * the DLT_ values of one machine: they differ for raw IP, for one.
 */
#define LINK_TYPES(X)                                                          \
	X(NULL, 0)                                                             \
	X(ETHERNET, 1)                                                         \
	X(PPP, 9)                                                              \
	X(PPP_HDLC, 50)                                                        \
	X(PPP_ETHER, 51)                                                       \
	X(ATM_RFC1483, 100)                                                    \
	X(RAW, 101)                                                            \
	X(C_HDLC, 104)                                                         \
	X(IEEE802_11, 105)                                                     \
	X(FRELAY, 107)                                                         \
	X(LOOP, 108)                                                           \
	X(ENC, 109)                                                            \
	X(LINUX_SLL, 113)                                                      \
	X(PFLOG, 117)                                                          \
	X(IEEE802_11_PRISM, 119)                                               \
	X(IEEE802_11_RADIOTAP, 127)                                            \
	X(IEEE802_11_AVS, 163)                                                 \
	X(PPI, 192)                                                            \
	X(PPP_WITH_DIR, 204)                                                   \
	X(C_HDLC_WITH_DIR, 205)                                                \
	X(FRELAY_WITH_DIR, 206)                                                \
	X(MPLS, 219)                                                           \
	X(IPV4, 228)                                                           \
	X(IPV6, 229)                                                           \
	X(NFLOG, 239)                                                          \
	X(PKTAP, 258)                                                          \
	X(LINUX_SLL2, 276)

enum link_type {
#define X(id, value) LINK_##id = value,
	LINK_TYPES(X)
#undef X
};

struct frame {
	const uint8_t *data; /* borrowed; see who hands the frame out */
	uint32_t captured;   /* bytes in data, at most length */
	uint32_t length;     /* bytes on the wire, as the capture states it */
	uint64_t time_ns;    /* since 1970; else of the frame before, or 0 */
	bool has_no_time;    /* not known, or before 1970, or after 2554 */
	uint16_t link_type;  /* an enum link_type, or one not decoded */
	uint8_t fcs_len;     /* of length, a frame check sequence; or 0 */
	uint8_t interface;   /* which of the file's, the last for all above */
};

#endif
