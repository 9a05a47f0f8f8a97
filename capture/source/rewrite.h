/* rewrite.h - a capture copied as pcapng, with comments put in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_REWRITE_H
#define CAPTURE_SOURCE_REWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "capture/source/pcap.h"
#include "capture/source/source.h"

enum { REWRITE_COMMENT_MAX = 65535 }; /* bytes of one comment */

/*
 * The writing end.  Everything else stays as it was: blocks, also of unknown
 * types, options, interfaces, byte order, time stamps; a pcap file becomes one
 * section with one interface.  A section's length, which grows, is no longer
 * told (-1).  Comments that begin as ours do are replaced.
 */
struct rewrite {
	FILE *file;
	const char *application; /* for what was pcap; borrowed */
	const char *summary;     /* comment of the first section; borrowed */
	bool has_begun, is_pcapng, is_big;
	bool has_failed; /* errno said why, and is kept: */
	int error;       /* an errno */
	struct pcap_format pcap;
	const uint8_t *record; /* the frame that waits for its comment, or */
	size_t len;            /* NULL; borrowed from the source */
	struct frame frame;
	uint64_t mute; /* frames in simple packet blocks, which hold none */
};

/* What all comments of ours begin with. */
extern const char rewrite_mark[];

/*
 * A source_see for source_open_seen, arg being the rewrite: copies what holds
 * no frame, and keeps a frame's record for rewrite_frame.
 */
source_see rewrite_see;

/* Write the frame last read, with a comment.  See has_failed at the end. */
void rewrite_frame(struct rewrite *rewrite, const char *comment);

#endif
