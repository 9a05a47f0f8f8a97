/* grouping.c - who or what a frame belongs to, by name. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/grouping.h"
#include <stdio.h>
#include <string.h>
#include "capture/report/show.h"

static void vlan_name(const struct anatomy *a, char name[GROUP_NAME_LEN])
{
	size_t len = 0;

	snprintf(name, GROUP_NAME_LEN, "untagged");
	for (unsigned i = 0; i < a->vlans; i++)
		len += (size_t)snprintf(name + len, GROUP_NAME_LEN - len,
		    i == 0 ? "%u" : ".%u", a->vlan[i]);
}

void grouping_of_frame(enum grouping grouping, const struct frame *frame,
    const struct anatomy *a, char name[GROUP_NAME_LEN])
{
	if (grouping == GROUPING_VLAN)
		vlan_name(a, name);
	else
		snprintf(name, GROUP_NAME_LEN, "%.40s %u",
		    show_link_type(frame->link_type).text, frame->interface);
}

static void add_port(const struct owner *owner, struct groups *groups)
{
	char name[GROUP_NAME_LEN];
	struct book both;

	snprintf(name, sizeof(name), "%s/%u", owner->protocol,
	    owner->end[!owner->client].port);
	struct group *group = groups_find(groups, name);
	owner_book_of_both(owner, &both);
	book_add(&group->book, &both);
	group->flows++;
}

static void add_hosts(const struct owner *owner, struct groups *groups)
{
	/* Both ends may be one host, as on loopback. */
	bool is_one = memcmp(owner->end[0].address, owner->end[1].address,
			  sizeof(owner->end[0].address)) == 0;

	for (unsigned side = 0; side < 2; side++) {
		struct group *group =
		    groups_find(groups, show_host(owner, side).text);
		struct book sent;

		owner_book(owner, side, &sent);
		book_add(&group->book, &sent);
		group->flows += side == 0 || !is_one;
	}
}

void grouping_of_flow(enum grouping grouping, const struct owner *owner,
    struct groups *groups)
{
	if (grouping == GROUPING_PORT)
		add_port(owner, groups);
	else
		add_hosts(owner, groups);
}

void grouping_of_rest(const struct ledger *ledger, struct groups *groups)
{
	if (ledger->of_none.frames > 0)
		book_add(&groups_find(groups, "no flow")->book,
		    &ledger->of_none);
}
