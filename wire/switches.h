/* switches.h - socket options to study, the same for server and client. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_SWITCHES_H
#define WIRE_SWITCHES_H

#include <stdbool.h>
#include "wire/cursor.h"

/* All zero is what the programs do without any switch. */
struct net_switches {
	bool has_nagle;      /* wait with small segments (RFC 896) */
	bool is_no_delay;    /* the opposite was asked for, the default */
	bool splits_replies; /* prefix and body in two writes; server only */
	bool is_quickack;    /* acknowledge at once what was read */
	bool delays_ack;     /* let acknowledgements wait for a ride */
	bool is_fastopen;    /* data may ride on the SYN (RFC 7413) */
	bool is_corked;      /* the last bytes and the FIN in one segment */
	bool is_linger0;     /* close by a reset: no FIN, no TIME_WAIT */
	int keepalive_s; /* probe so long after the last segment; 0: never */
	int buffer_len;  /* bytes, each way; 0: the system's choice */
};

/* What getopt_long returns for them: above all characters. */
enum switches_option {
	SWITCHES_NO_DELAY = 0x400,
	SWITCHES_NAGLE,
	SWITCHES_SPLIT_REPLY,
	SWITCHES_QUICKACK,
	SWITCHES_DELAYED_ACK,
	SWITCHES_FASTOPEN,
	SWITCHES_CORK,
	SWITCHES_KEEPALIVE,
	SWITCHES_LINGER0,
	SWITCHES_BUFFER,
};

/* Rows for a table of struct option, for both ends and for the server. */
#define SWITCHES_ROWS                                                          \
	{"no-delay", no_argument, NULL, SWITCHES_NO_DELAY},                    \
	    {"nagle", no_argument, NULL, SWITCHES_NAGLE},                      \
	    {"quickack", no_argument, NULL, SWITCHES_QUICKACK},                \
	    {"delayed-ack", no_argument, NULL, SWITCHES_DELAYED_ACK},          \
	    {"fastopen", no_argument, NULL, SWITCHES_FASTOPEN},                \
	    {"cork", no_argument, NULL, SWITCHES_CORK},                        \
	    {"keepalive", required_argument, NULL, SWITCHES_KEEPALIVE},        \
	    {"linger0", no_argument, NULL, SWITCHES_LINGER0},                  \
	{                                                                      \
		"buffer", required_argument, NULL, SWITCHES_BUFFER             \
	}
#define SWITCHES_SERVER_ROWS                                                   \
	SWITCHES_ROWS,                                                         \
	{                                                                      \
		"split-reply", no_argument, NULL, SWITCHES_SPLIT_REPLY         \
	}

/* Their lines of a usage text. */
#define SWITCHES_USAGE                                                         \
	"           [--no-delay | --nagle] [--quickack | --delayed-ack]\n"     \
	"           [--fastopen] [--cork | --linger0] [--keepalive seconds]\n" \
	"           [--buffer bytes]\n"
#define SWITCHES_SERVER_USAGE SWITCHES_USAGE "           [--split-reply]\n"

/* And of a help text. */
#define SWITCHES_HELP                                                          \
	"\nFor study, to be seen in a capture:\n"                              \
	"  --no-delay, --nagle      small segments at once (default), or "     \
	"not\n"                                                                \
	"  --quickack               acknowledge at once\n"                     \
	"  --delayed-ack            ... or with what is sent next, from the "  \
	"start\n"                                                              \
	"  --fastopen               data may ride on the SYN\n"                \
	"  --cork                   the last bytes and the FIN in one "        \
	"segment\n"                                                            \
	"  --keepalive seconds      probe after so long a silence\n"           \
	"  --linger0                close by a reset\n"                        \
	"  --buffer bytes           of the socket, each way\n"

/*
 * Take an option that getopt_long returned, with its argument, or return
 * false if it is none of these.  Exits 2, with a message, if the argument is
 * no number in range.
 */
bool switches_take(int option, const char *argument,
    struct net_switches *out) MUST_CHECK;

/*
 * Which two of them exclude each other, and why, for a usage error; or NULL.
 */
const char *switches_clash(const struct net_switches *switches) MUST_CHECK;

/*
 * Why --fastopen will have no effect on this system, for a warning; or NULL.
 * The kernel allows it to servers and clients separately.
 */
const char *switches_doubt(const struct net_switches *switches,
    bool is_server) MUST_CHECK;

/*
 * After listen, which forgets --delayed-ack, and before the first accept: what
 * is accepted inherits them.  -1 with errno set
 * if the system refuses one, otherwise 0.
 */
int switches_to_listener(const struct net_switches *switches,
    int fd) MUST_CHECK;

/* Before connect, likewise. */
int switches_to_caller(const struct net_switches *switches, int fd) MUST_CHECK;

/* What a socket does not inherit from its listener, after accept. */
void switches_to_accepted(const struct net_switches *switches, int fd);

/* After each read that brought bytes: the kernel forgets the two of ACKs. */
void switches_after_read(const struct net_switches *switches, int fd);

#endif
