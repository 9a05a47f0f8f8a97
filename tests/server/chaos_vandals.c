/* chaos_vandals.c - clients that break every rule but one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <unistd.h>
#include "tests/server/chaos.h"

enum { ROOM = 4096 };

/* Nothing of this changes a board: no step, no quit. */
static size_t garbage(struct random *random, uint8_t *out, size_t max)
{
	static const uint8_t verbs[] = {0x00, 0x10, 0x50, 0x70, 0x90, 0xA0,
	    0xB0, 0xC0, 0xD0, 0xE0, 0xF0};
	size_t len = 1 + random_below(random, (uint32_t)max);

	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(verbs[random_below(random, sizeof verbs)] |
				   random_below(random, 16));
	return len;
}

static void be_slow(int fd, struct random *random)
{
	uint8_t byte;

	for (int i = 0; i < 10; i++) {
		garbage(random, &byte, 1);
		if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
			return;
		chaos_pause(30);
	}
}

static void vandalize(int fd, struct random *random)
{
	uint8_t room[ROOM];
	unsigned act = random_below(random, 6);

	if (act == 1)
		be_slow(fd, random);
	if (act >= 2)
		(void)!send(fd, room, garbage(random, room, sizeof room),
		    MSG_NOSIGNAL);
	if (act == 3)
		chaos_pause(100); /* and read nothing */
	if (act == 4) {
		shutdown(fd, SHUT_WR);
		while (recv(fd, room, sizeof room, 0) > 0)
			continue;
	}
	if (act == 5)
		(void)!recv(fd, room, sizeof room, 0);
	if (random_below(random, 2) == 0)
		chaos_reset(fd);
	else
		close(fd);
}

void *chaos_vandal_main(void *context)
{
	struct chaos_player *player = context;
	struct chaos *chaos = player->chaos;

	while (!atomic_load(&chaos->is_over)) {
		int fd = chaos_connect(chaos);

		if (fd != -1) {
			vandalize(fd, &player->random);
			atomic_fetch_add(&chaos->vandals, 1);
		}
		chaos_pause((int)random_below(&player->random, 20));
	}
	return NULL;
}
