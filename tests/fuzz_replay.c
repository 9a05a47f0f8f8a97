/* fuzz_replay.c - run a fuzz target over files, without a fuzzer. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 24 };

static void replay(const char *path)
{
	uint8_t *room = malloc(INPUT_MAX);
	FILE *file = fopen(path, "rb");

	if (room == NULL || file == NULL)
		err(EXIT_FAILURE, "%s", path);
	size_t len = fread(room, 1, INPUT_MAX, file);
	if (ferror(file))
		err(EXIT_FAILURE, "%s", path);
	fclose(file);
	/* An allocation of its exact size lets a sanitizer see its end. */
	uint8_t *input = realloc(room, len > 0 ? len : 1);
	if (input == NULL)
		err(EXIT_FAILURE, "%s", path);
	LLVMFuzzerTestOneInput(input, len);
	free(input);
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(2, "usage: %s FILE...", argv[0]);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		replay(argv[i]);
		printf("ok %d - %s\n", i, argv[i]);
	}
	return 0;
}
