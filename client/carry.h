/* carry.h - bytes to the server and back, for both versions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_CARRY_H
#define CLIENT_CARRY_H

#include "client/link.h"

/*
 * link_ask (link.h) asks the version, oneshot.c or persistent.c, which decides
 * what a connection is for and calls these; none of them calls back.
 */

/* A reply is awaited for so long in all. */
enum { CARRY_REPLY_MS = 10000 };

enum link_result carry_connect(struct link *link) MUST_CHECK;
enum link_result carry_send(struct link *link,
    enum treasure_verb verb) MUST_CHECK;
/* The reply must be here so soon, if it need not be sooner. */
void carry_expect_within(struct link *link, int64_t ms);
/*
 * Read more into in, until the deadline.  LINK_GONE is the end of the stream;
 * is_reset says if it was cut off rather than ended.
 */
enum link_result carry_receive(struct link *link) MUST_CHECK;
/*
 * While no reply is awaited: LINK_OK if the server is silent, LINK_GONE, or
 * LINK_GARBLED if it says what nobody asked for.  Does not wait.
 */
enum link_result carry_look(struct link *link) MUST_CHECK;
void carry_close(struct link *link);

/* What it has cost so far, the open connection included. */
void carry_meter(const struct link *link, struct meter *out);

#endif
