/* keeping.c - what becomes of a flow's figures when it is over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/keeping.h"
#include "capture/grouping.h"

static void take(const struct keeping *keeping, struct ledger *ledger,
    struct owner *owner)
{
	ledger_take(ledger, owner);
	if (keeping->shelf != NULL)
		shelf_add(keeping->shelf, owner);
	if (keeping->groups != NULL)
		grouping_of_flow(keeping->grouping, owner, keeping->groups);
	owner_free(owner);
}

void keeping_take(const struct keeping *keeping, struct ledger *ledger,
    struct owner *over)
{
	while (over != NULL) {
		struct owner *next = over->next;

		take(keeping, ledger, over);
		over = next;
	}
}

void keeping_take_all(const struct keeping *keeping, struct ledger *ledger)
{
	while (ledger->owners > 0)
		take(keeping, ledger, ledger->owner[ledger->owners - 1]);
}
