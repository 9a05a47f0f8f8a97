/* show.h - numbers, times and addresses as people read them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_SHOW_H
#define CAPTURE_REPORT_SHOW_H

#include "capture/ledger/ledger.h"

/* Room for any of these, with its NUL. */
struct shown {
	char text[80];
};

/* A path as a terminal may see it: control characters are '?'. */
enum { SHOWN_PATH_LEN = 4096 };
struct shown_path {
	char text[SHOWN_PATH_LEN];
};
struct shown_path show_path(const char *path);

/* 1234567 as "1,234,567". */
struct shown show_count(uint64_t count);

/* A figure, "1,066.7", "7.87", "0.364", "0.00218"; "-" if there is none. */
struct shown show_overhead(const struct book *book);
struct shown show_decimal(double value);

/* part / whole as "12.3 %"; "-" if whole is 0. */
struct shown show_share(uint64_t part, uint64_t whole);

/* Nanoseconds as seconds, "1.234567 s". */
struct shown show_duration(uint64_t ns);

/* Nanoseconds since 1970 as RFC 3339, in UTC, to the nanosecond. */
struct shown show_time(uint64_t ns);

/* "127.0.0.1:12345", "[::1]:12345". */
struct shown show_endpoint(const struct owner *owner, unsigned end);

/* The address alone. */
struct shown show_host(const struct owner *owner, unsigned end);

/* "ETHERNET", "LINUX_SLL2", "147": LINKTYPE_ without its prefix. */
struct shown show_link_type(uint16_t link_type);

#endif
