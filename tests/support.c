/* support.c - TAP output and guarded memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <err.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void test_setup(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
}

const uint8_t *guarded(const void *data, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (len + page - 1) / page * page;
	uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);

	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE) != 0)
		err(1, "guarded");
	if (len > 0)
		memcpy(map + room - len, data, len);
	return map + room - len;
}
