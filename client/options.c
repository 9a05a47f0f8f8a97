/* options.c - treasure-client's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/options.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/number.h"

enum { USAGE = 2, THINK_MAX_MS = 3600 * 1000, CLIENTS_MAX = 10000, SEED = 1 };

enum {
	OPTION_PLAYER = 'p',
	OPTION_BOT = 'b',
	OPTION_MOVES = 'm',
	OPTION_THINK = 't',
	OPTION_CLIENTS = 'c',
	OPTION_SEED = 's',
};

static const struct option long_options[] = {
    {"player", required_argument, NULL, OPTION_PLAYER},
    {"bot", no_argument, NULL, OPTION_BOT},
    {"moves", required_argument, NULL, OPTION_MOVES},
    {"think", required_argument, NULL, OPTION_THINK},
    {"clients", required_argument, NULL, OPTION_CLIENTS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void usage(FILE *out)
{
	fputs("usage: treasure-client oneshot | persistent [-h] "
	      "[--player 1 | 2 | 3] [--bot]\n"
	      "           [--moves count] [--think milliseconds] "
	      "[--clients count]\n"
	      "           [--seed number] [host[:port]]\n",
	    out);
}

static _Noreturn void usage_wrong(void)
{
	usage(stderr);
	exit(USAGE);
}

static _Noreturn void help(void)
{
	usage(stdout);
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	exit(EXIT_SUCCESS);
}

static uint64_t parse_number(const char *name, uint64_t min, uint64_t max)
{
	uint64_t value;

	if (!number_parse(optarg, min, max, &value))
		errx(USAGE, "%s: \"%s\" is not a number from %ju to %ju", name,
		    optarg, (uintmax_t)min, (uintmax_t)max);
	return value;
}

static void parse_option(int option, struct options *o)
{
	struct crew_orders *orders = &o->orders;

	switch (option) {
	case OPTION_PLAYER:
		orders->player =
		    (uint8_t)parse_number("--player", 1, TREASURE_MAX_PLAYERS);
		break;
	case OPTION_BOT:
		o->is_bot = true;
		break;
	case OPTION_MOVES:
		orders->max_moves = parse_number("--moves", 1, UINT32_MAX);
		break;
	case OPTION_THINK:
		orders->think_ms =
		    (int64_t)parse_number("--think", 0, THINK_MAX_MS);
		break;
	case OPTION_CLIENTS:
		orders->clients =
		    (unsigned)parse_number("--clients", 1, CLIENTS_MAX);
		break;
	case OPTION_SEED:
		orders->seed = parse_number("--seed", 0, UINT64_MAX);
		break;
	case 'h':
		help();
	default:
		usage_wrong();
	}
}

static const struct version *parse_version(const char *name)
{
	if (strcmp(name, oneshot.name) == 0)
		return &oneshot;
	if (strcmp(name, persistent.name) == 0)
		return &persistent;
	warnx("\"%s\" is neither oneshot nor persistent", name);
	usage_wrong();
}

/* What one option alone cannot tell. */
static void check(const struct options *o)
{
	if (!o->is_bot && o->orders.clients > 1)
		errx(USAGE, "--clients is for bots: add --bot");
	if (!o->is_bot && o->orders.max_moves != 0)
		errx(USAGE, "--moves is for bots: add --bot");
}

void options_parse(int argc, char *argv[], struct options *options)
{
	const char *version = NULL;
	int option;

	*options = (struct options){
	    .orders.server = {.host = "127.0.0.1", .port = TREASURE_PORT},
	    .orders.clients = 1,
	    .orders.seed = SEED,
	};
	if (argc > 1 && argv[1][0] != '-') {
		version = argv[1];
		argv[1] = argv[0];
		argv++;
		argc--;
	}
	while (
	    (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		parse_option(option, options);
	if (version == NULL && optind < argc)
		version = argv[optind++];
	if (version == NULL || argc - optind > 1)
		usage_wrong();
	options->orders.version = parse_version(version);
	if (optind < argc &&
	    !net_parse_endpoint(argv[optind], &options->orders.server))
		errx(USAGE, "\"%s\" is not a host and port", argv[optind]);
	check(options);
}
