/* made.h - captures put together by hand, in either byte order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CAPTURE_MADE_H
#define TESTS_CAPTURE_MADE_H

#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/support.h"
#include "capture/source/source.h"

/* A capture being put together, in either byte order. */
struct made {
	bool is_big;
	uint8_t bytes[4096];
	size_t len;
};

static inline void put32(struct made *made, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		made->bytes[made->len++] =
		    (uint8_t)(value >> (made->is_big ? 24 - 8 * i : 8 * i));
}

static inline void put16(struct made *made, uint16_t value)
{
	for (unsigned i = 0; i < 2; i++)
		made->bytes[made->len++] =
		    (uint8_t)(value >> (made->is_big ? 8 - 8 * i : 8 * i));
}

static inline void put_text(struct made *made, const char *text, size_t len)
{
	memcpy(made->bytes + made->len, text, len);
	made->len += len;
}

static inline void put_pcap_head(struct made *made, uint32_t magic,
    uint32_t type)
{
	put32(made, magic);
	put16(made, 2);
	put16(made, 4);
	put32(made, 0);
	put32(made, 0);
	put32(made, 65535);
	put32(made, type);
}

static inline void put_pcap_record(struct made *made, uint32_t captured,
    uint32_t length)
{
	put32(made, 1000);
	put32(made, 500);
	put32(made, captured);
	put32(made, length);
	put_text(made, "abcdefghijklmnopqrstuvwxyz", captured);
}

/* Read made's first len bytes as a file.  Caller closes. */
static inline struct source *open_made(const struct made *made, size_t len,
    struct source_error *error)
{
	char path[] = "/tmp/source_test.XXXXXX";
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, made->bytes, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
	struct source *source = source_open(path, error);
	unlink(path);
	return source;
}

static inline void put_section(struct made *made)
{
	put32(made, 0x0A0D0D0A);
	put32(made, 28);
	put32(made, 0x1A2B3C4D);
	put16(made, 1);
	put16(made, 0);
	put32(made, UINT32_MAX);
	put32(made, UINT32_MAX);
	put32(made, 28);
}

/* An interface with a time resolution and offset. */
static inline void put_interface(struct made *made, uint16_t type,
    uint8_t resolution, uint32_t offset_s)
{
	put32(made, 1);
	put32(made, 44);
	put16(made, type);
	put16(made, 0);
	put32(made, 0);
	put16(made, 9); /* if_tsresol */
	put16(made, 1);
	made->bytes[made->len] = resolution;
	memset(made->bytes + made->len + 1, 0, 3);
	made->len += 4;
	put16(made, 14); /* if_tsoffset */
	put16(made, 8);
	put32(made, made->is_big ? 0 : offset_s);
	put32(made, made->is_big ? offset_s : 0);
	put32(made, 0);
	put32(made, 44);
}

static inline void put_enhanced(struct made *made, uint32_t interface,
    uint64_t stamp)
{
	put32(made, 6);
	put32(made, 36);
	put32(made, interface);
	put32(made, (uint32_t)(stamp >> 32));
	put32(made, (uint32_t)stamp);
	put32(made, 3);
	put32(made, 70);
	put_text(made, "abc", 4);
	put32(made, 36);
}

static inline void put_simple(struct made *made)
{
	put32(made, 3);
	put32(made, 20);
	put32(made, 3);
	put_text(made, "xyz", 4);
	put32(made, 20);
}

static inline void put_unknown(struct made *made)
{
	put32(made, 0x77);
	put32(made, 12);
	put32(made, 12);
}

/* An interface without options, on which frames end with fcs_len bytes. */
static inline void put_interface_fcs(struct made *made, uint8_t fcs_len)
{
	put32(made, 1);
	put32(made, 32);
	put16(made, 1);
	put16(made, 0);
	put32(made, 0);
	put16(made, 13); /* if_fcslen */
	put16(made, 1);
	put_text(made, (char[]){(char)fcs_len, 0, 0, 0}, 4);
	put32(made, 0);
	put32(made, 32);
}

/* A packet with options: flags, and how many frames were lost before it. */
static inline void put_enhanced_options(struct made *made, uint32_t interface,
    uint32_t flags, uint64_t lost)
{
	put32(made, 6);
	put32(made, 60);
	put32(made, interface);
	put32(made, 0);
	put32(made, 1);
	put32(made, 3);
	put32(made, 70);
	put_text(made, "abc", 4);
	put16(made, 2); /* epb_flags */
	put16(made, 4);
	put32(made, flags);
	put16(made, 4); /* epb_dropcount */
	put16(made, 8);
	put32(made, (uint32_t)(made->is_big ? lost >> 32 : lost));
	put32(made, (uint32_t)(made->is_big ? lost : lost >> 32));
	put32(made, 0);
	put32(made, 60);
}

static inline void put_obsolete(struct made *made, uint16_t lost)
{
	put32(made, 2);
	put32(made, 36);
	put16(made, 0);
	put16(made, lost);
	put32(made, 0);
	put32(made, 1);
	put32(made, 3);
	put32(made, 70);
	put_text(made, "abc", 4);
	put32(made, 36);
}

/* Statistics: frames lost by the interface, and by the system. */
static inline void put_statistics(struct made *made, uint32_t interface,
    uint64_t dropped, uint64_t by_system)
{
	const uint64_t value[] = {dropped, by_system};

	put32(made, 5);
	put32(made, 52);
	put32(made, interface);
	put32(made, 0);
	put32(made, 1);
	for (unsigned i = 0; i < 2; i++) {
		put16(made, i == 0 ? 5 : 7); /* isb_ifdrop, isb_osdrop */
		put16(made, 8);
		put32(made,
		    (uint32_t)(made->is_big ? value[i] >> 32 : value[i]));
		put32(made,
		    (uint32_t)(made->is_big ? value[i] : value[i] >> 32));
	}
	put32(made, 0);
	put32(made, 52);
}

/* An interface whose times are off by any number of seconds. */
static inline void put_interface_offset(struct made *made, uint8_t resolution,
    int64_t offset)
{
	size_t at = made->len + 28;

	put_interface(made, 1, resolution, 0);
	size_t end = made->len;
	made->len = at;
	put32(made, (uint32_t)((uint64_t)offset >> 32));
	put32(made, (uint32_t)(uint64_t)offset);
	made->len = end;
}

#endif
