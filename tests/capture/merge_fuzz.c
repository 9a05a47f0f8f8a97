/* merge_fuzz.c - any bytes as a ledger: refused with a reason, or added. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "capture/ledger/join.h"
#include "capture/parse/ledger.h"
#include "capture/report/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool parse(struct parsed *parsed, const uint8_t *data, size_t size)
{
	struct complaint complaint = {{0}};
	size_t line;

	if (parse_ledger((const char *)data, size, parsed, &complaint, &line)) {
		if (!ledger_balances(&parsed->ledger))
			abort();
		return true;
	}
	if (complaint.text[0] == '\0')
		abort();
	return false;
}

/* A ledger, and the same again as if it were a later one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct join join;
	struct parsed parsed;
	const struct owner *lacking;
	enum join_result result = JOIN_DONE;

	json_secure();
	for (int i = 0; i < 2 && result == JOIN_DONE; i++) {
		if (!parse(&parsed, data, size))
			return 0; /* the first time, or never */
		if (i == 0)
			join_init(&join, parsed.ledger.level);
		result = join_add(&join, &parsed.ledger, &lacking);
		parsed_destroy(&parsed);
	}
	if (result == JOIN_DONE && !ledger_balances(join_close(&join)))
		abort();
	join_destroy(&join);
	return 0;
}
