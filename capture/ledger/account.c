/* account.c - the names of the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/account.h"
#include <string.h>

static const struct {
	const char *name;
	enum account_group group;
} accounts[] = {
#define X(id, name, group) {name, group},
    ACCOUNTS(X)
#undef X
};

static const char *const groups[] = {
    [GROUP_PHY] = "phy",
    [GROUP_LINK] = "link",
    [GROUP_NETWORK] = "network",
    [GROUP_TUNNEL] = "tunnel",
    [GROUP_TRANSPORT] = "transport",
    [GROUP_CONTROL] = "control",
    [GROUP_TRAILER] = "trailer",
    [GROUP_PAYLOAD] = "payload",
    [GROUP_UNKNOWN] = "unknown",
};

static const char *const tcp_options[] = {
#define X(id, name) name,
    TCP_OPTION_KINDS(X)
#undef X
};

static const char *const purposes[] = {
#define X(id, name) name,
    PURPOSES(X)
#undef X
};

static const char *const applications[] = {
#define X(id, name) name,
    APPLICATIONS(X)
#undef X
};

static const char *const groupings[] = {
#define X(id, name) name,
    GROUPINGS(X)
#undef X
};

static const char *const levels[] = {
#define X(id, name) name,
    LEVELS(X)
#undef X
};

static const struct {
	const char *name, *text;
} warnings[] = {
#define X(id, name, text) {name, text},
    WARNINGS(X)
#undef X
};

const char *account_name(enum account account)
{
	return accounts[account].name;
}

enum account_group account_group(enum account account)
{
	return accounts[account].group;
}

const char *account_group_name(enum account_group group)
{
	return groups[group];
}

const char *tcp_option_name(enum tcp_option option)
{
	return tcp_options[option];
}

const char *purpose_name(enum purpose purpose)
{
	return purposes[purpose];
}

const char *application_name(enum application application)
{
	return applications[application];
}

const char *level_name(enum level level)
{
	return levels[level];
}

const char *grouping_name(enum grouping grouping)
{
	return groupings[grouping];
}

const char *warning_name(enum warning warning)
{
	return warnings[warning].name;
}

const char *warning_text(enum warning warning)
{
	return warnings[warning].text;
}

bool level_parse(const char *name, enum level *out)
{
	for (unsigned i = 0; i < LEVEL_COUNT; i++) {
		if (strcmp(name, levels[i]) == 0) {
			*out = (enum level)i;
			return true;
		}
	}
	return false;
}

bool grouping_parse(const char *name, enum grouping *out)
{
	for (unsigned i = GROUPING_NONE + 1; i < GROUPING_COUNT; i++)
		if (strcmp(name, groupings[i]) == 0) {
			*out = (enum grouping)i;
			return true;
		}
	return false;
}
