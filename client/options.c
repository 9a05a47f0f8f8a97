/* options.c - treasure-client's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/options.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "client/screen.h"
#include "client/wrap.h"
#include "wire/number.h"
#include "wire/usage.h"

enum {
	THINK_MAX_MS = 3600 * 1000,
	CLIENTS_MAX = 10000,
	REFRESH_MAX_S = 3600,
	DURATION_MAX_S = 24 * 3600,
	RATE_MAX = 10000000,
	SEED = 1,
};

enum {
	OPTION_PLAYER = 'p',
	OPTION_BOT = 'b',
	OPTION_MOVES = 'm',
	OPTION_THINK = 't',
	OPTION_CLIENTS = 'c',
	OPTION_SEED = 's',
	OPTION_NO_METER = 'M',
	OPTION_PLAIN = 'P',
	OPTION_REFRESH = 'R',
	OPTION_DURATION = 'd',
	OPTION_RATE = 'r',
	OPTION_JSON = 'j',
	OPTION_VERSION = 'V',
};

static const struct option long_options[] = {
    {"player", required_argument, NULL, OPTION_PLAYER},
    {"bot", no_argument, NULL, OPTION_BOT},
    {"moves", required_argument, NULL, OPTION_MOVES},
    {"think", required_argument, NULL, OPTION_THINK},
    {"clients", required_argument, NULL, OPTION_CLIENTS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"no-meter", no_argument, NULL, OPTION_NO_METER},
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"refresh", required_argument, NULL, OPTION_REFRESH},
    {"duration", required_argument, NULL, OPTION_DURATION},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"json", no_argument, NULL, OPTION_JSON},
    SWITCHES_ROWS,
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: treasure-client oneshot | persistent [-h] [--version]\n"
    "           [--player 1 | 2 | 3] [--plain] [--refresh seconds]\n"
    "           [--think milliseconds] [--no-meter]\n" SWITCHES_USAGE
    "           [--bot] [--moves count] [--clients count] [--seed number]\n"
    "           [--duration seconds] [--rate commands] [--json]\n"
    "           [host[:port]]\n";

static const char help[] =
    "\n"
    "  oneshot                  a connection for each command\n"
    "  persistent               a connection for each game\n"
    "  host[:port]              the server; 127.0.0.1:12345, :port is this "
    "host\n"
    "  --player 1 | 2 | 3       speak for it; oneshot 1, else the server's id\n"
    "  --plain                  line by line on a terminal, too\n"
    "  --refresh seconds        how often the screen looks; oneshot never, "
    "else 2\n"
    "  --think milliseconds     wait before each command\n"
    "  --no-meter               do not ask the kernel what it costs\n"
    "  --bot                    play alone\n"
    "  --moves count            at most so many steps of a bot\n"
    "  --clients count          so many bots at once; 1\n"
    "  --seed number            what a bot's choices follow from; 1\n"
    "  --duration seconds       bots: load the server for so long\n"
    "  --rate commands          a second, of all clients together\n"
    "  --json                   print the load's figures as JSON\n"
    "  -h, --help               print this\n"
    "  --version                print the version\n" SWITCHES_HELP "\n"
    "Keys, or lines: U, D, L and R (on the screen arrows, too) step, G looks,\n"
    "Q ends the game for all; X or Ctrl-D leaves.\n"
    "The manual page treasure-client(1) says more.\n";

static uint64_t parse_number(const char *name, uint64_t min, uint64_t max)
{
	return usage_number(name, optarg, min, max);
}

/* Options of bots; false if it is none of them. */
static bool parse_bots(int option, struct options *o)
{
	struct crew_orders *orders = &o->orders;

	switch (option) {
	case OPTION_BOT:
		o->is_bot = true;
		return true;
	case OPTION_MOVES:
		orders->max_moves = parse_number("--moves", 1, UINT32_MAX);
		return true;
	case OPTION_CLIENTS:
		orders->clients =
		    (unsigned)parse_number("--clients", 1, CLIENTS_MAX);
		return true;
	case OPTION_SEED:
		orders->seed = parse_number("--seed", 0, UINT64_MAX);
		o->has_seed = true;
		return true;
	case OPTION_DURATION:
		o->duration_s = parse_number("--duration", 1, DURATION_MAX_S);
		return true;
	case OPTION_RATE:
		o->rate = parse_number("--rate", 1, RATE_MAX);
		return true;
	case OPTION_JSON:
		o->is_json = true;
		return true;
	default:
		return false;
	}
}

static void parse_option(int option, struct options *o)
{
	struct crew_orders *orders = &o->orders;

	switch (option) {
	case OPTION_PLAYER:
		orders->player =
		    (uint8_t)parse_number("--player", 1, TREASURE_MAX_PLAYERS);
		break;
	case OPTION_THINK:
		orders->think_ms =
		    (int64_t)parse_number("--think", 0, THINK_MAX_MS);
		break;
	case OPTION_NO_METER:
		orders->is_metered = false;
		break;
	case OPTION_PLAIN:
		o->is_plain = true;
		break;
	case OPTION_REFRESH:
		o->refresh_s = parse_number("--refresh", 0, REFRESH_MAX_S);
		o->has_refresh = true;
		break;
	case 'h':
		fputs(usage, stdout);
		usage_help(help);
	case OPTION_VERSION:
		usage_version("treasure-client");
	default:
		if (!parse_bots(option, o) &&
		    !switches_take(option, optarg, &orders->switches))
			usage_wrong(usage);
	}
}

/* ":PORT" is a port of the default host. */
static void parse_server(const char *text, struct net_endpoint *server)
{
	uint64_t port;

	if (number_parse(text, 0, UINT64_MAX, &port))
		errx(EXIT_WRONG_USAGE,
		    "\"%s\" is not a host; a port alone is written :%s", text,
		    text);
	if (!net_parse_endpoint(text, server))
		errx(EXIT_WRONG_USAGE,
		    "\"%s\" is not a host and port, HOST[:PORT] or :PORT",
		    text);
}

static void need(bool is_there, const char *message)
{
	if (is_there)
		return;
	wrap_warn("%s", message);
	exit(EXIT_WRONG_USAGE);
}

/* What one option alone cannot tell. */
static void check(const struct options *o)
{
	const struct crew_orders *orders = &o->orders;
	bool is_load = o->duration_s > 0;

	need(orders->clients == 1 || orders->player == 0 ||
		 orders->version != &persistent,
	    "--player is for one: each of --clients has the seat it gets");
	need(o->is_bot || orders->clients == 1,
	    "--clients is for bots: add --bot");
	need(o->is_bot || orders->max_moves == 0,
	    "--moves is for bots: add --bot");
	need(o->is_bot || !o->has_seed, "--seed is for bots: add --bot");
	need(o->is_bot || !is_load, "--duration is for bots: add --bot");
	need(!is_load || orders->max_moves == 0,
	    "--duration and --moves are two ways to end: take one");
	need(is_load || o->rate == 0,
	    "--rate is for a load: add --bot --duration");
	need(is_load || !o->is_json,
	    "--json is for a load: add --bot --duration");
	need(o->rate == 0 || orders->think_ms == 0,
	    "--rate and --think are two ways to pace: take one");
	need(!o->is_bot || (!o->is_plain && !o->has_refresh),
	    "--plain and --refresh are for a person: leave --bot out");
	need(!o->is_plain || !o->has_refresh,
	    "--refresh is for the screen: leave --plain out");
	need(orders->version == &oneshot || !orders->switches.is_fastopen,
	    "--fastopen is for oneshot: in persistent the server speaks "
	    "first");
	const char *clash = switches_clash(&orders->switches);
	need(clash == NULL, clash);
	const char *doubt = switches_doubt(&orders->switches, false);
	if (doubt != NULL)
		wrap_warn("%s", doubt);
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
		usage_extra(argv[optind + 1], usage);
	bool is_oneshot =
	    usage_is_first(version, oneshot.name, persistent.name, usage);
	options->orders.version = is_oneshot ? &oneshot : &persistent;
	if (optind < argc)
		parse_server(argv[optind], &options->orders.server);
	if (!options->has_refresh && !is_oneshot)
		options->refresh_s = SCREEN_LOOK_S;
	check(options);
}
