/* merge_fuzz.c - any bytes as a ledger: refused with a reason, or added. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "capture/ledger/join.h"
#include "capture/parse/ledger.h"
#include "capture/report/json.h"
#include "capture/report/report.h"
#include "capture/report/selection.h"

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

/* The sum balances, and is a ledger that can be read. */
static void check(const struct ledger *sum)
{
	struct shelf_plan plan = {COLUMN_ID, SIZE_MAX, 0};
	struct shelf *shelf = shelf_new(&plan);
	struct selection flows;
	int error;
	struct report_merged merged = {.ledgers = 2};
	struct report report = {.ledger = sum,
	    .flows = &flows,
	    .merged = &merged};
	struct parsed parsed;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!ledger_balances(sum) || out == NULL)
		abort();
	for (size_t i = 0; i < sum->owners; i++)
		shelf_add(shelf, sum->owner[i]);
	selection_init(&flows, shelf, &plan, &error);
	if (error != 0)
		abort();
	if (!report_json(out, &report) || fclose(out) != 0)
		abort();
	selection_destroy(&flows);
	shelf_free(shelf);
	if (!parse(&parsed, (const uint8_t *)text, len))
		abort();
	parsed_destroy(&parsed);
	free(text);
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
	if (result == JOIN_DONE)
		check(join_close(&join));
	join_destroy(&join);
	return 0;
}
