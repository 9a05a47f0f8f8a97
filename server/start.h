/* start.h - all that has to be there before the first connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_START_H
#define SERVER_START_H

#include "server/options.h"

/* Prints and exits 1 where something cannot be had; warns of what is odd. */

/* The doors, listening: those systemd gives, or those the options name. */
struct doors {
	struct door *door;
	uint32_t count;
	bool are_given; /* by systemd */
};

/* And as many descriptors as they and --max-connections need. */
void start_doors(struct options *options, struct doors *doors);

/* Share --max-connections among the doors, if each has a pool. */
void start_pool(struct options *options, const struct doors *doors);

/* The rooms, and the journal, as the last run left them. */
void start_service(struct options *options, struct service *service);

/* One line that scripts can wait for. */
void start_announce(const struct options *options, const struct doors *doors);

#endif
