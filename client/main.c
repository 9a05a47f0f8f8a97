/* main.c - treasure-client: play the treasure game, in either version. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "client/crew.h"
#include "client/load.h"
#include "client/options.h"
#include "client/player.h"
#include "client/screen.h"
#include "client/terminal.h"
#include "client/wrap.h"
#include "wire/number.h"
#include "wire/stdio.h"

enum { FEW = 10 }; /* so many bots get a line each */

/* What all bots together came to. */
struct sum {
	unsigned turned_away, failed;
	uint64_t moves, commands;
	struct meter meter;
	const struct crew_report *last; /* who saw the highest scores */
};

static void *allocate(size_t len)
{
	void *memory = calloc(1, len);

	if (memory == NULL)
		err(EXIT_FAILURE, NULL);
	return memory;
}

static void flush_or_exit(void)
{
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
}

/* Does the server have nothing to do with it? */
static bool is_own(enum link_result result)
{
	return result == LINK_LOCAL || result == LINK_INPUT ||
	       result == LINK_OUTPUT;
}

/* The reason, behind the server's name if that has to do with it. */
static _Noreturn void fail(const struct crew_orders *orders,
    enum link_result result, int error, const struct exchange *exchange)
{
	const char *why = link_explain(result, error, exchange);
	char name[NET_NAME_LEN];

	net_print(&orders->server, name);
	if (is_own(result))
		wrap_warn("%s", why);
	else
		wrap_warn("%s: %s", name, why);
	exit(EXIT_FAILURE);
}

/* Line by line; its link remembers what it has cost. */
static enum link_result play_lines(const struct crew_orders *orders,
    struct link *link)
{
	struct player *player = allocate(sizeof *player);

	player->link = link;
	player->in = stdin;
	player->out = stdout;
	player->is_terminal = isatty(STDIN_FILENO) == 1;
	if (player->is_terminal) /* it polls: no line may wait in a buffer */
		(void)setvbuf(stdin, NULL, _IONBF, 0);
	player->think_ms = orders->think_ms;
	terminal_watch();
	enum link_result result = player_play(player);
	terminal_unwatch();
	free(player);
	return result;
}

/* Has there been a game to tell the cost of?  The server may end it badly. */
static bool has_cost(const struct link *link, enum link_result result)
{
	return result == LINK_OK || result == LINK_GONE || result == LINK_CUT ||
	       (result == LINK_REFUSED && link->version->sends_once) ||
	       (link->has_played && !is_own(result));
}

/* What is left to see once the screen has gone. */
static void screen_sum(const struct screen *screen)
{
	char scores[TREASURE_SCORES_TEXT_LEN], verdict[VIEW_VERDICT_LEN];

	if (screen->has_quit)
		wrap_print(stdout, "%s", link_quit_told(screen->link->version));
	if (screen->is_over && !screen->has_quit) {
		wrap_print(stdout, "%s",
		    view_verdict(&screen->view, screen->link->player, verdict));
		wrap_print(stdout, "%s",
		    link_another_game(screen->link->version));
	}
	if (screen->view.scores.players > 0) {
		printf("scores %s\n",
		    treasure_scores_text(&screen->view.scores, scores));
	}
	flush_or_exit();
	if (screen->own_looks > 0 && screen->link->has_played &&
	    screen->link->is_metered)
		wrap_print(stderr,
		    "Looks of the screen's own: %s, for %s of the bytes on the "
		    "wire",
		    number_text(screen->own_looks).text,
		    number_text(meter_bytes(&screen->own)).text);
}

/* The terminal is open. */
static enum link_result play_screen(const struct options *options,
    struct link *link)
{
	struct screen *screen = allocate(sizeof *screen);

	screen->link = link;
	screen->think_ms = options->orders.think_ms;
	screen->is_looking = options->refresh_s > 0;
	screen->look_ms =
	    NET_MS_PER_S *
	    (int64_t)(screen->is_looking ? options->refresh_s : SCREEN_LOOK_S);
	enum link_result result = screen_play(screen);
	terminal_close();
	screen_sum(screen);
	free(screen);
	return result;
}

static bool has_screen(const struct options *options)
{
	if (options->is_plain || isatty(STDIN_FILENO) != 1 ||
	    isatty(STDOUT_FILENO) != 1)
		return false;
	const char *why = terminal_open();
	if (why != NULL)
		wrap_warn("%s: line by line instead", why);
	return why == NULL;
}

static int play_by_hand(const struct options *options)
{
	const struct crew_orders *orders = &options->orders;
	struct link *link = allocate(sizeof *link);

	crew_link_init(link, orders, 0);
	enum link_result result = has_screen(options)
				      ? play_screen(options, link)
				      : play_lines(orders, link);
	struct exchange exchange = link->exchange;
	int error = link->error, signal_caught = terminal_signal();
	if (has_cost(link, result))
		meter_tell(&link->meter, stderr);
	free(link);
	if (signal_caught != 0)
		raise(signal_caught);
	if (result != LINK_OK)
		fail(orders, result, error, &exchange);
	return EXIT_SUCCESS;
}

static unsigned total(const struct treasure_scores *scores)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < scores->players; i++)
		sum += scores->score[i];
	return sum;
}

static bool is_turned_away(const struct crew_report *report)
{
	return report->end == BOT_FAILED && link_is_turned_away(report->result);
}

static struct sum sum_up(const struct crew_report *report, unsigned count)
{
	struct sum sum = {.last = report};

	for (unsigned i = 0; i < count; i++) {
		const struct crew_report *one = &report[i];
		bool has_failed = one->end == BOT_FAILED;

		sum.turned_away += is_turned_away(one);
		sum.failed += has_failed && !is_turned_away(one);
		sum.moves += one->moves;
		sum.commands += one->commands;
		meter_add(&sum.meter, &one->meter);
		if (!has_failed &&
		    (sum.last->end == BOT_FAILED ||
			total(&one->scores) > total(&sum.last->scores)))
			sum.last = one;
	}
	return sum;
}

static const char *end_name(const struct crew_report *report)
{
	if (is_turned_away(report))
		return "full";
	return bot_end_name(report->end);
}

static void report_print(unsigned number, const struct crew_report *report)
{
	char scores[TREASURE_SCORES_TEXT_LEN];
	char player = report->player == 0 ? '-' : (char)('0' + report->player);

	printf("client=%u player=%c moves=%" PRIu64 " commands=%" PRIu64
	       " scores=%s over=%s\n",
	    number, player, report->moves, report->commands,
	    treasure_scores_text(&report->scores, scores), end_name(report));
}

static void sum_print(const struct sum *sum, unsigned clients)
{
	char scores[TREASURE_SCORES_TEXT_LEN];

	printf("bot clients=%u turned_away=%u failed=%u moves=%" PRIu64
	       " commands=%" PRIu64 " scores=%s over=%s\n",
	    clients, sum->turned_away, sum->failed, sum->moves, sum->commands,
	    treasure_scores_text(&sum->last->scores, scores),
	    end_name(sum->last));
}

static void turned_away_tell(unsigned count, unsigned clients)
{
	if (count > 0)
		wrap_warn("%u of %u clients turned away: all seats are taken, "
			  "or "
			  "the server has no room for more connections",
		    count, clients);
}

/* Say how many failed and why the first did. */
static int failure_tell(const struct crew_orders *orders, const struct sum *sum,
    const struct crew_report *report)
{
	unsigned i = 0;

	if (orders->clients == 1 && sum->turned_away == 1)
		fail(orders, report->result, report->error, &report->exchange);
	turned_away_tell(sum->turned_away, orders->clients);
	if (sum->failed == 0)
		return EXIT_SUCCESS;
	while (report[i].end != BOT_FAILED || is_turned_away(&report[i]))
		i++;
	if (orders->clients > 1)
		wrap_warn("%u of %u clients failed", sum->failed,
		    orders->clients);
	fail(orders, report[i].result, report[i].error, &report[i].exchange);
}

/* One that is given a player plays alone. */
static void foreign_tell(const struct crew_report *report)
{
	if (report->end == BOT_BLOCKED && report->moves == 0 &&
	    report->seat != 0 && report->seat != report->player)
		wrap_warn("the server gave seat %u, and refuses commands for "
			  "player %u from there, unless it runs with "
			  "--trust-player-bits",
		    report->seat, report->player);
}

static int play_by_bots(const struct crew_orders *orders)
{
	struct crew_report *report = allocate(orders->clients * sizeof *report);

	if (!crew_run(orders, report))
		fail(orders, LINK_LOCAL, errno, NULL);
	struct sum sum = sum_up(report, orders->clients);
	if (orders->clients > 1 && orders->clients <= FEW) {
		for (unsigned i = 0; i < orders->clients; i++)
			report_print(i + 1, &report[i]);
	}
	sum_print(&sum, orders->clients);
	flush_or_exit();
	meter_print(&sum.meter, stderr);
	foreign_tell(report);
	if (sum.moves == 0 &&
	    (sum.last->end == BOT_TREASURES || sum.last->end == BOT_QUIT))
		wrap_warn("the game was over already.  %s",
		    link_another_game(orders->version));
	int status = failure_tell(orders, &sum, report);
	free(report);
	return status;
}

/* How much of the load came through; said where it is not all. */
static int losses_tell(const struct crew_orders *orders,
    const struct load_result *result)
{
	turned_away_tell(result->turned_away, orders->clients);
	if (result->failed > 0)
		wrap_warn("%u of %u clients failed", result->failed,
		    orders->clients);
	if (result->errors > 0)
		wrap_warn("%" PRIu64 " command%s not answered", result->errors,
		    result->errors == 1 ? " was" : "s were");
	if (result->result != LINK_OK)
		fail(orders, result->result, result->error, &result->exchange);
	if (load_answered(result) == 0)
		errx(EXIT_FAILURE, "no command was answered");
	return EXIT_SUCCESS;
}

static int play_load(const struct options *options)
{
	const struct load_orders orders = {.crew = options->orders,
	    .duration_s = options->duration_s,
	    .rate = options->rate};
	struct load_result *result = allocate(sizeof *result);
	char line[LOAD_LINE_LEN];

	if (!load_run(&orders, result))
		fail(&orders.crew, LINK_LOCAL, errno, NULL);
	if (options->is_json) {
		if (!load_print_json(&orders, result, stdout))
			err(EXIT_FAILURE, "stdout");
	} else {
		load_print(&orders, result, stdout);
	}
	flush_or_exit();
	if (!options->is_json)
		meter_print(&result->meter, stderr);
	for (unsigned i = 0; load_doubt(&orders, result, &i, line);)
		wrap_warn("%s", line);
	int status = losses_tell(&options->orders, result);
	free(result);
	return status;
}

int main(int argc, char *argv[])
{
	struct options options;

	if (!stdio_secure())
		err(EXIT_FAILURE, "/dev/null");
	options_parse(argc, argv, &options);
	signal(SIGPIPE, SIG_IGN);
	if (options.duration_s > 0)
		return play_load(&options);
	if (options.is_bot)
		return play_by_bots(&options.orders);
	return play_by_hand(&options);
}
