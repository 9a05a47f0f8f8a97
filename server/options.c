/* options.c - treasure-server's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/options.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "server/help.h"
#include "wire/number.h"
#include "wire/random.h"
#include "wire/usage.h"

enum { SECONDS_MAX = 10 * 365 * 24 * 3600, ROOMS_MAX = 100000 };

/* The defaults, where they are not part of the protocol. */
enum {
	SIZE = 10,
	TREASURES = 5,
	MAX_CONNECTIONS = 1000,
	IDLE_S = 300,
	POOL = 8,
	POOL_MAX = 10000,
};

enum {
	OPTION_LISTEN = 'l',
	OPTION_PORT = 'p',
	OPTION_PORTS = 'o',
	OPTION_ROOMS = 'R',
	OPTION_SIZE = 's',
	OPTION_TREASURES = 't',
	OPTION_PLAYERS = 'P',
	OPTION_SEED = 'S',
	OPTION_GAMES = 'g',
	OPTION_REMATCH = 'r',
	OPTION_GUARD = 'G',
	OPTION_THREADS = 'n',
	OPTION_ITERATIVE = 'I',
	OPTION_MAX = 'm',
	OPTION_PER_ADDRESS = 'a',
	OPTION_IDLE = 'i',
	OPTION_BIND = 'b',
	OPTION_TRUST = 'T',
	OPTION_JOURNAL = 'j',
	OPTION_STATS = 'u',
	OPTION_VERSION = 'V',
};

static const struct option long_options[] = {
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"port", required_argument, NULL, OPTION_PORT},
    {"ports", required_argument, NULL, OPTION_PORTS},
    {"rooms", required_argument, NULL, OPTION_ROOMS},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"treasures", required_argument, NULL, OPTION_TREASURES},
    {"players", required_argument, NULL, OPTION_PLAYERS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"games", required_argument, NULL, OPTION_GAMES},
    {"rematch-after", required_argument, NULL, OPTION_REMATCH},
    {"guard", required_argument, NULL, OPTION_GUARD},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"iterative", no_argument, NULL, OPTION_ITERATIVE},
    {"max-connections", required_argument, NULL, OPTION_MAX},
    {"max-per-address", required_argument, NULL, OPTION_PER_ADDRESS},
    {"idle-timeout", required_argument, NULL, OPTION_IDLE},
    {"bind-seats", no_argument, NULL, OPTION_BIND},
    {"trust-player-bits", no_argument, NULL, OPTION_TRUST},
    {"journal", required_argument, NULL, OPTION_JOURNAL},
    {"stats", required_argument, NULL, OPTION_STATS},
    SWITCHES_SERVER_ROWS,
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static int64_t parse_seconds(const char *name, const char *text, uint64_t min)
{
	return (int64_t)usage_number(name, text, min, SECONDS_MAX) *
	       NET_MS_PER_S;
}

static void parse_listen(const char *text, struct net_endpoint *listen)
{
	if (!net_is_address(text))
		errx(EXIT_WRONG_USAGE,
		    "--listen: \"%s\" is not a numeric address, such as "
		    "127.0.0.1 or ::",
		    text);
	snprintf(listen->host, sizeof listen->host, "%s", text);
}

static void parse_ports(const char *text, struct options *o)
{
	char first[sizeof "65535"];
	const char *dash = strchr(text, '-');
	size_t len = dash == NULL ? sizeof first : (size_t)(dash - text);
	uint64_t from, to;

	if (len < sizeof first) {
		memcpy(first, text, len);
		first[len] = '\0';
	}
	if (len >= sizeof first || !number_parse(first, 1, UINT16_MAX, &from) ||
	    !number_parse(dash + 1, from, UINT16_MAX, &to))
		errx(EXIT_WRONG_USAGE,
		    "--ports: \"%s\" is not FIRST-LAST, two port "
		    "numbers, the lower one first",
		    text);
	o->has_ports = true;
	o->listen.port = (uint16_t)from;
	o->last_port = (uint16_t)to;
}

static void parse_guard(const char *text, struct options *o)
{
	o->guard = guard_named(text);
	if (o->guard == NULL)
		errx(EXIT_WRONG_USAGE,
		    "--guard: \"%s\" is neither mutex, queue nor none", text);
}

static void parse_threads(const char *text, struct acceptor_plan *plan)
{
	size_t len = strcspn(text, ":");

	if (strcmp(text, "per-connection") == 0) {
		plan->threads = ACCEPTOR_PER_CONNECTION;
		return;
	}
	if (len != strlen("pool") || strncmp(text, "pool", len) != 0)
		errx(EXIT_WRONG_USAGE,
		    "--threads: \"%s\" is neither per-connection nor "
		    "pool[:count]",
		    text);
	plan->threads = ACCEPTOR_POOL;
	plan->pool = text[len] == '\0'
			 ? POOL
			 : (unsigned)usage_number("--threads pool",
			       text + len + 1, 1, POOL_MAX);
}

/* What is played, and where; false if it is none of these. */
static bool parse_game(int option, struct options *o)
{
	struct match_rules *rules = &o->rules;

	switch (option) {
	case OPTION_LISTEN:
		parse_listen(optarg, &o->listen);
		return true;
	case OPTION_PORT:
		o->has_port = true;
		o->listen.port =
		    (uint16_t)usage_number("--port", optarg, 0, UINT16_MAX);
		o->last_port = o->listen.port;
		return true;
	case OPTION_PORTS:
		parse_ports(optarg, o);
		return true;
	case OPTION_ROOMS:
		o->rooms =
		    (uint32_t)usage_number("--rooms", optarg, 1, ROOMS_MAX);
		return true;
	case OPTION_SIZE:
		rules->board.size = (unsigned)usage_number("--size", optarg,
		    TREASURE_MIN_SIZE, TREASURE_MAX_SIZE);
		return true;
	case OPTION_TREASURES:
		rules->board.treasures = (unsigned)usage_number("--treasures",
		    optarg, 1, TREASURE_MAX_SIZE * TREASURE_MAX_SIZE);
		return true;
	case OPTION_PLAYERS:
		rules->board.players = (unsigned)usage_number("--players",
		    optarg, TREASURE_MIN_PLAYERS, TREASURE_MAX_PLAYERS);
		return true;
	case OPTION_SEED:
		rules->seed = usage_number("--seed", optarg, 0, UINT64_MAX);
		o->has_seed = true;
		return true;
	case OPTION_GAMES:
		rules->games = usage_number("--games", optarg, 1, UINT32_MAX);
		return true;
	case OPTION_REMATCH:
		rules->rematch_ms = parse_seconds("--rematch-after", optarg, 0);
		return true;
	default:
		return false;
	}
}

/* How it is served. */
static void parse_service(int option, struct options *o)
{
	struct acceptor_plan *plan = &o->plan;

	switch (option) {
	case OPTION_GUARD:
		parse_guard(optarg, o);
		break;
	case OPTION_THREADS:
		o->has_threads = true;
		parse_threads(optarg, plan);
		break;
	case OPTION_ITERATIVE:
		o->is_iterative = true;
		plan->threads = ACCEPTOR_ITERATIVE;
		break;
	case OPTION_MAX:
		plan->limits.connections =
		    usage_number("--max-connections", optarg, 1, UINT32_MAX);
		break;
	case OPTION_PER_ADDRESS:
		plan->limits.per_address =
		    usage_number("--max-per-address", optarg, 1, UINT32_MAX);
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
	case OPTION_JOURNAL:
		o->journal = optarg;
		break;
	case OPTION_STATS:
		plan->stats_ms = parse_seconds("--stats", optarg, 1);
		break;
	case 'v':
		o->is_verbose = true;
		break;
	case 'h':
		fputs(help_usage, stdout);
		usage_help(help_options);
	case OPTION_VERSION:
		usage_version("treasure-server");
	default:
		usage_wrong(help_usage);
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

/* What --threads is where nobody says, is known only with the version. */
enum { UNDECIDED = -1 };

static struct options defaults(void)
{
	return (struct options){
	    .listen = {.host = "127.0.0.1", .port = TREASURE_PORT},
	    .last_port = TREASURE_PORT,
	    .guard = &guard_mutex,
	    .plan.threads = (enum acceptor_threads)UNDECIDED,
	    .plan.pool = POOL,
	    .plan.limits.connections = MAX_CONNECTIONS,
	    .rules.board = {.size = SIZE,
		.treasures = TREASURES,
		.players = TREASURE_MIN_PLAYERS},
	    .rules.seed = random_seed(),
	    .rules.rematch_ms = MATCH_NEVER,
	    .idle_ms = (int64_t)IDLE_S * NET_MS_PER_S,
	};
}

static void refuse_for(bool is_given, const char *option, const char *version)
{
	if (is_given)
		errx(EXIT_WRONG_USAGE, "%s is for %s only", option, version);
}

/* Options of the other version. */
static void check_version(const struct options *o)
{
	if (o->version == &oneshot) {
		refuse_for(o->trusts_player_bits, "--trust-player-bits",
		    "persistent");
		refuse_for(o->rooms != 0, "--rooms", "persistent");
		refuse_for(o->switches.splits_replies, "--split-reply",
		    "persistent");
		return;
	}
	refuse_for(o->binds_seats, "--bind-seats", "oneshot");
	refuse_for(o->rules.rematch_ms != MATCH_NEVER, "--rematch-after",
	    "oneshot");
	refuse_for(o->has_ports, "--ports", "oneshot");
	refuse_for(o->switches.is_corked, "--cork", "oneshot");
}

static void refuse_pair(bool are_both, const char *why)
{
	if (are_both)
		errx(EXIT_WRONG_USAGE, "%s", why);
}

static void check_pairs(const struct options *o)
{
	refuse_pair(o->has_port && o->has_ports,
	    "--port and --ports: take one");
	refuse_pair(o->has_threads && o->is_iterative,
	    "--threads and --iterative: take one");
	refuse_pair(o->is_iterative && o->rooms > 1 && o->rules.games == 0 &&
			o->journal == NULL,
	    "--iterative and --rooms: one connection at a time comes to a "
	    "second room only by --games or --journal");
	refuse_pair(o->journal != NULL && o->guard == &guard_none,
	    "--journal: with --guard none there is no order of things to "
	    "write down");
	const char *clash = switches_clash(&o->switches);
	refuse_pair(clash != NULL, clash);
}

/* What one option alone cannot tell, first which version it is for. */
static void check(const struct options *o)
{
	const struct board_rules *board = &o->rules.board;

	check_version(o);
	check_pairs(o);
	if (board->treasures > board->size * board->size)
		errx(EXIT_WRONG_USAGE,
		    "--treasures: a board of %u x %u has %u tile%s",
		    board->size, board->size, board->size * board->size,
		    number_plural(board->size));
	if (o->version == &oneshot && o->rules.games > 1 &&
	    o->rules.rematch_ms == MATCH_NEVER)
		errx(EXIT_WRONG_USAGE,
		    "--games: a second one-shot game needs --rematch-after");
}

static void complete(struct options *o)
{
	if ((int)o->plan.threads == UNDECIDED)
		o->plan.threads = o->version == &oneshot
				      ? ACCEPTOR_POOL
				      : ACCEPTOR_PER_CONNECTION;
	if (o->version == &oneshot)
		o->rooms = (uint32_t)(o->last_port - o->listen.port) + 1;
	else if (o->rooms == 0)
		o->rooms = 1;
	o->rules.silence_ms = o->idle_ms == 0 ? MATCH_NEVER : o->idle_ms;
}

void options_parse(int argc, char *argv[], struct options *options)
{
	const char *version = usage_first_word(&argc, &argv);
	int option;

	*options = defaults();
	while ((option = getopt_long(argc, argv, "vh", long_options, NULL)) !=
	       -1) {
		if (!switches_take(option, optarg, &options->switches) &&
		    !parse_game(option, options))
			parse_service(option, options);
	}
	if (version == NULL && optind < argc)
		version = argv[optind++];
	if (optind < argc)
		errx(EXIT_WRONG_USAGE,
		    "\"%s\" is one word too many; where to listen is said "
		    "by --port and --listen",
		    argv[optind]);
	bool is_oneshot =
	    usage_is_first(version, oneshot.name, persistent.name, help_usage);
	options->version = is_oneshot ? &oneshot : &persistent;
	check(options);
	complete(options);
}
