/* options.c - treasure-client's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/options.h"
#include <err.h>
#include <getopt.h>
#include "wire/usage.h"

enum { THINK_MAX_MS = 3600 * 1000, CLIENTS_MAX = 10000, SEED = 1 };

enum {
	OPTION_PLAYER = 'p',
	OPTION_BOT = 'b',
	OPTION_MOVES = 'm',
	OPTION_THINK = 't',
	OPTION_CLIENTS = 'c',
	OPTION_SEED = 's',
	OPTION_NO_METER = 'M',
};

static const struct option long_options[] = {
    {"player", required_argument, NULL, OPTION_PLAYER},
    {"bot", no_argument, NULL, OPTION_BOT},
    {"moves", required_argument, NULL, OPTION_MOVES},
    {"think", required_argument, NULL, OPTION_THINK},
    {"clients", required_argument, NULL, OPTION_CLIENTS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"no-meter", no_argument, NULL, OPTION_NO_METER},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: treasure-client oneshot | persistent [-h] [--player 1 | 2 | 3] "
    "[--bot]\n"
    "           [--moves count] [--think milliseconds] [--clients count]\n"
    "           [--seed number] [host[:port]]\n";

static uint64_t parse_number(const char *name, uint64_t min, uint64_t max)
{
	return usage_number(name, optarg, min, max);
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
	case OPTION_NO_METER:
		orders->is_metered = false;
		break;
	case 'h':
		usage_help(usage);
	default:
		usage_wrong(usage);
	}
}

/* What one option alone cannot tell. */
static void check(const struct options *o)
{
	if (!o->is_bot && o->orders.clients > 1)
		errx(EXIT_WRONG_USAGE, "--clients is for bots: add --bot");
	if (!o->is_bot && o->orders.max_moves != 0)
		errx(EXIT_WRONG_USAGE, "--moves is for bots: add --bot");
}

void options_parse(int argc, char *argv[], struct options *options)
{
	const char *version = usage_first_word(&argc, &argv);
	int option;

	*options = (struct options){
	    .orders.server = {.host = "127.0.0.1", .port = TREASURE_PORT},
	    .orders.clients = 1,
	    .orders.seed = SEED,
	    .orders.is_metered = meter_is_supported(),
	};
	while (
	    (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		parse_option(option, options);
	if (version == NULL && optind < argc)
		version = argv[optind++];
	if (argc - optind > 1)
		usage_wrong(usage);
	bool is_oneshot =
	    usage_is_first(version, oneshot.name, persistent.name, usage);
	options->orders.version = is_oneshot ? &oneshot : &persistent;
	if (optind < argc &&
	    !net_parse_endpoint(argv[optind], &options->orders.server))
		errx(EXIT_WRONG_USAGE, "\"%s\" is not a host and port",
		    argv[optind]);
	check(options);
}
