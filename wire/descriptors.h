/* descriptors.h - how many a process may have, and closing one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_DESCRIPTORS_H
#define WIRE_DESCRIPTORS_H

#include <stdint.h>

/*
 * Let this process have so many descriptors, or as many as the system lets it;
 * never fewer than before.  How many it may have now.
 */
uint64_t descriptors_raise(uint64_t wanted);

/* Close fd, unless it is -1, and keep the errno that was the reason. */
void descriptor_give_up(int fd);

#endif
