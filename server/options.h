/* options.h - treasure-server's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include "server/acceptor.h"

struct options {
	const struct version *version;
	struct net_endpoint listen; /* host is a numeric address */
	uint16_t last_port;         /* listen.port.., a room a port */
	bool has_port, has_ports;   /* which of the two was given */
	uint32_t rooms;
	const struct guard_kind *guard;
	struct acceptor_plan plan;
	bool has_threads, is_iterative; /* likewise */
	struct match_rules rules;
	bool has_seed;       /* given, not picked */
	const char *journal; /* a file, or NULL */
	struct net_switches switches;
	int64_t idle_ms; /* 0: a connection may be silent for ever */
	bool binds_seats;
	bool trusts_player_bits;
	bool is_verbose;
};

/*
 * Fill *options from the command line and the defaults.  Prints and exits
 * where there is nothing to run: 0 after -h, 2 after a mistake.
 */
void options_parse(int argc, char *argv[], struct options *options);

#endif
