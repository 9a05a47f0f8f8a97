/* options.c - treasure-server's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/options.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "wire/random.h"
#include "wire/usage.h"

enum { MS = 1000, SECONDS_MAX = 10 * 365 * 24 * 3600 };

/* The defaults, where they are not part of the protocol. */
enum {
	SIZE = 10,
	TREASURES = 5,
	MAX_CONNECTIONS = 1000,
	IDLE_S = 300,
};

enum {
	OPTION_LISTEN = 'l',
	OPTION_PORT = 'p',
	OPTION_SIZE = 's',
	OPTION_TREASURES = 't',
	OPTION_PLAYERS = 'P',
	OPTION_SEED = 'S',
	OPTION_GAMES = 'g',
	OPTION_REMATCH = 'r',
	OPTION_MAX = 'm',
	OPTION_IDLE = 'i',
	OPTION_BIND = 'b',
	OPTION_TRUST = 'T',
};

static const struct option long_options[] = {
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"port", required_argument, NULL, OPTION_PORT},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"treasures", required_argument, NULL, OPTION_TREASURES},
    {"players", required_argument, NULL, OPTION_PLAYERS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"games", required_argument, NULL, OPTION_GAMES},
    {"rematch-after", required_argument, NULL, OPTION_REMATCH},
    {"max-connections", required_argument, NULL, OPTION_MAX},
    {"idle-timeout", required_argument, NULL, OPTION_IDLE},
    {"bind-seats", no_argument, NULL, OPTION_BIND},
    {"trust-player-bits", no_argument, NULL, OPTION_TRUST},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: treasure-server oneshot | persistent [-hv] [--listen address]\n"
    "           [--port port] [--size tiles] [--treasures count] "
    "[--players 2 | 3]\n"
    "           [--seed number] [--games count] "
    "[--rematch-after seconds]\n"
    "           [--max-connections count] "
    "[--idle-timeout seconds] [--bind-seats]\n"
    "           [--trust-player-bits]\n";

static int64_t parse_seconds(const char *name, const char *text, uint64_t min)
{
	return (int64_t)usage_number(name, text, min, SECONDS_MAX) * MS;
}

static void parse_listen(const char *text, struct net_endpoint *listen)
{
	if (!net_is_address(text))
		errx(EXIT_WRONG_USAGE, "--listen: \"%s\" is not an address",
		    text);
	snprintf(listen->host, sizeof listen->host, "%s", text);
}

static void parse_option(int option, struct options *o)
{
	struct match_rules *rules = &o->rules;

	switch (option) {
	case OPTION_LISTEN:
		parse_listen(optarg, &o->listen);
		break;
	case OPTION_PORT:
		o->listen.port =
		    (uint16_t)usage_number("--port", optarg, 0, UINT16_MAX);
		break;
	case OPTION_SIZE:
		rules->board.size = (unsigned)usage_number("--size", optarg,
		    TREASURE_MIN_SIZE, TREASURE_MAX_SIZE);
		break;
	case OPTION_TREASURES:
		rules->board.treasures = (unsigned)usage_number("--treasures",
		    optarg, 1, TREASURE_MAX_SIZE * TREASURE_MAX_SIZE);
		break;
	case OPTION_PLAYERS:
		rules->board.players = (unsigned)usage_number("--players",
		    optarg, TREASURE_MIN_PLAYERS, TREASURE_MAX_PLAYERS);
		break;
	case OPTION_SEED:
		rules->seed = usage_number("--seed", optarg, 0, UINT64_MAX);
		break;
	case OPTION_GAMES:
		rules->games = usage_number("--games", optarg, 1, UINT32_MAX);
		break;
	case OPTION_REMATCH:
		rules->rematch_ms = parse_seconds("--rematch-after", optarg, 0);
		break;
	case OPTION_MAX:
		o->max_connections =
		    usage_number("--max-connections", optarg, 1, UINT32_MAX);
		break;
	case OPTION_IDLE:
		o->idle_ms = parse_seconds("--idle-timeout", optarg, 0);
		break;
	case OPTION_BIND:
		o->binds_seats = true;
		break;
	case OPTION_TRUST:
		o->trusts_player_bits = true;
		break;
	case 'v':
		o->is_verbose = true;
		break;
	case 'h':
		usage_help(usage);
	default:
		usage_wrong(usage);
	}
}

/* Any seed will do where none is given; a short one is easily typed again. */
static uint64_t random_seed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	struct random random = {(uint64_t)now.tv_sec << 32 ^
				(uint64_t)now.tv_nsec ^
				(uint64_t)getpid() << 48};
	return random_next(&random) >> 32;
}

static struct options defaults(void)
{
	return (struct options){
	    .listen = {.host = "127.0.0.1", .port = TREASURE_PORT},
	    .rules.board = {.size = SIZE,
		.treasures = TREASURES,
		.players = TREASURE_MIN_PLAYERS},
	    .rules.seed = random_seed(),
	    .rules.rematch_ms = MATCH_NEVER,
	    .max_connections = MAX_CONNECTIONS,
	    .idle_ms = (int64_t)IDLE_S * MS,
	};
}

/* What one option alone cannot tell, first which version it is for. */
static void check(const struct options *o)
{
	const struct board_rules *board = &o->rules.board;
	bool is_oneshot = o->version == &oneshot;

	if (!is_oneshot && o->binds_seats)
		errx(EXIT_WRONG_USAGE, "--bind-seats is for oneshot only");
	if (!is_oneshot && o->rules.rematch_ms != MATCH_NEVER)
		errx(EXIT_WRONG_USAGE, "--rematch-after is for oneshot only");
	if (is_oneshot && o->trusts_player_bits)
		errx(EXIT_WRONG_USAGE,
		    "--trust-player-bits is for persistent only");
	if (board->treasures > board->size * board->size)
		errx(EXIT_WRONG_USAGE,
		    "--treasures: a board of %u x %u has %u tiles", board->size,
		    board->size, board->size * board->size);
}

void options_parse(int argc, char *argv[], struct options *options)
{
	const char *version = usage_first_word(&argc, &argv);
	int option;

	*options = defaults();
	while (
	    (option = getopt_long(argc, argv, "vh", long_options, NULL)) != -1)
		parse_option(option, options);
	if (version == NULL && optind < argc)
		version = argv[optind++];
	if (optind < argc)
		usage_wrong(usage);
	bool is_oneshot =
	    usage_is_first(version, oneshot.name, persistent.name, usage);
	options->version = is_oneshot ? &oneshot : &persistent;
	check(options);
	options->rules.silence_ms =
	    options->idle_ms == 0 ? MATCH_NEVER : options->idle_ms;
}
