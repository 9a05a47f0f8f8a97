/* chaos.c - torment a server for so long, and see whether it keeps its word. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __linux__
#define _GNU_SOURCE /* prlimit */
#endif
#include "tests/server/chaos.h"
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "wire/net.h"

/*
 * chaos SERVER oneshot|persistent SECONDS PORT SEED: in the current folder,
 * which gets chaos.journal and chaos.log.  One closing line; exit 0 if every
 * acknowledged step was there after every restart, each player stood on one
 * tile, nobody waited for ever, and all points are accounted for.
 */
enum {
	HONEST = 2,
	VANDALS = 6,
	PLAYERS = HONEST + VANDALS,
	START_MS = 20000,
	FEW_DESCRIPTORS = 9,
	LINE_LEN = 512,
};

struct torment {
	const char *server;
	struct chaos *chaos;
	struct random random;
	pid_t pid;
	uint64_t kills, stops, starved, restarts;
	uint64_t games, bad_games; /* as the log tells them */
};

static _Noreturn void server_exec(const struct torment *torment)
{
	bool is_oneshot = torment->chaos->is_oneshot;
	const char *size = is_oneshot ? "100" : "12";
	const char *treasures = is_oneshot ? "5000" : "30";
	char port[8];
	int log = open("chaos.log", O_WRONLY | O_CREAT | O_APPEND, 0600);

	snprintf(port, sizeof port, "%u", torment->chaos->port);
	if (log == -1 || dup2(log, STDERR_FILENO) == -1)
		_exit(127);
	execl(torment->server, torment->server,
	    is_oneshot ? "oneshot" : "persistent", "--port", port, "--players",
	    "3", "--size", size, "--treasures", treasures, "--seed", "5",
	    "--journal", "chaos.journal", "--idle-timeout", "5", (char *)NULL);
	_exit(127);
}

static void server_start(struct torment *torment)
{
	int64_t deadline = net_deadline(START_MS);
	int fd = -1;

	torment->pid = fork();
	if (torment->pid == 0)
		server_exec(torment);
	if (torment->pid == -1)
		err(EXIT_FAILURE, "fork");
	while ((fd = chaos_connect(torment->chaos)) == -1 &&
	       net_now_ms() < deadline &&
	       waitpid(torment->pid, NULL, WNOHANG) == 0)
		(void)poll(NULL, 0, 5);
	/* It listens before it serves: wait for an answer, or the door. */
	uint8_t look = 0xF0;
	if (fd == -1 || send(fd, &look, 1, MSG_NOSIGNAL) != 1 ||
	    recv(fd, &look, 1, 0) < 0)
		errx(EXIT_FAILURE, "the server does not start: see chaos.log");
	close(fd);
}

static void server_end(struct torment *torment, int signal)
{
	int status;

	kill(torment->pid, signal);
	if (waitpid(torment->pid, &status, 0) != torment->pid)
		err(EXIT_FAILURE, "waitpid");
	bool is_right = signal == SIGKILL
			    ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
			    : WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (is_right)
		return;
	fprintf(stderr, "chaos: violation: the server ended by itself, %#x\n",
	    (unsigned)status);
	atomic_fetch_add(&torment->chaos->violations, 1);
}

static void server_stop_for(struct torment *torment, int ms)
{
	kill(torment->pid, SIGSTOP);
	(void)poll(NULL, 0, ms);
	kill(torment->pid, SIGCONT);
	torment->stops++;
}

static void server_starve_for(struct torment *torment, int ms)
{
#ifdef __linux__
	struct rlimit usual, few;

	if (prlimit(torment->pid, RLIMIT_NOFILE, NULL, &usual) != 0)
		return;
	few = usual;
	few.rlim_cur = FEW_DESCRIPTORS;
	(void)prlimit(torment->pid, RLIMIT_NOFILE, &few, NULL);
	(void)poll(NULL, 0, ms);
	(void)prlimit(torment->pid, RLIMIT_NOFILE, &usual, NULL);
	torment->starved++;
#else
	(void)torment;
	(void)ms;
#endif
}

static void torment_once(struct torment *torment)
{
	struct random *random = &torment->random;

	(void)poll(NULL, 0, 100 + (int)random_below(random, 300));
	switch (random_below(random, 6)) {
	case 0:
		server_stop_for(torment, (int)random_below(random, 200));
		break;
	case 1:
		server_starve_for(torment, (int)random_below(random, 300));
		break;
	case 2:
		kill(torment->pid, SIGUSR1);
		break;
	case 3:
		server_end(torment, SIGTERM);
		torment->restarts++;
		server_start(torment);
		break;
	default:
		server_end(torment, SIGKILL);
		torment->kills++;
		server_start(torment);
	}
}

static uint64_t value_of(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

/* All points of all games that ended are with somebody, or still there. */
static void log_check(struct torment *torment)
{
	FILE *log = fopen("chaos.log", "r");
	char line[LINE_LEN];
	unsigned score[TREASURE_MAX_PLAYERS];

	if (log == NULL)
		err(EXIT_FAILURE, "chaos.log");
	while (fgets(line, sizeof line, log) != NULL) {
		const char *scores = strstr(line, "scores=");
		if (strncmp(line, "game=", 5) != 0 || scores == NULL ||
		    sscanf(scores, "scores=%u:%u:%u", &score[0], &score[1],
			&score[2]) != TREASURE_MAX_PLAYERS)
			continue;
		torment->games++;
		if (score[0] + score[1] + score[2] +
			value_of(line, "left_points=") !=
		    value_of(line, " points="))
			torment->bad_games++;
	}
	fclose(log);
}

static bool sum_up(struct torment *torment, const char *seconds)
{
	struct chaos *chaos = torment->chaos;
	bool is_well = chaos->violations == 0 && torment->bad_games == 0 &&
		       chaos->commands > 0 && chaos->boards > 0;

	printf("chaos version=%s seconds=%s commands=%ju boards=%ju "
	       "vandals=%ju kills=%ju restarts=%ju stops=%ju starved=%ju "
	       "games=%ju bad_games=%ju violations=%ju\n",
	    chaos->is_oneshot ? "oneshot" : "persistent", seconds,
	    (uintmax_t)chaos->commands, (uintmax_t)chaos->boards,
	    (uintmax_t)chaos->vandals, (uintmax_t)torment->kills,
	    (uintmax_t)torment->restarts, (uintmax_t)torment->stops,
	    (uintmax_t)torment->starved, (uintmax_t)torment->games,
	    (uintmax_t)torment->bad_games, (uintmax_t)chaos->violations);
	return fflush(stdout) == 0 && is_well;
}

static void players_start(struct chaos *chaos, struct chaos_player *player,
    uint64_t seed)
{
	for (unsigned i = 0; i < PLAYERS; i++) {
		player[i] = (struct chaos_player){.chaos = chaos,
		    .number = i + 1,
		    .random = {seed + i}};
		if (pthread_create(&player[i].thread, NULL,
			i < HONEST ? chaos_honest_main : chaos_vandal_main,
			&player[i]) != 0)
			errx(EXIT_FAILURE, "no thread");
	}
}

int main(int argc, char *argv[])
{
	static struct chaos chaos = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .is_game_over = true};
	struct chaos_player player[PLAYERS];

	if (argc != 6)
		errx(2, "usage: chaos SERVER oneshot|persistent SECONDS PORT "
			"SEED");
	chaos.is_oneshot = strcmp(argv[2], "oneshot") == 0;
	chaos.port = (uint16_t)strtoul(argv[4], NULL, 10);
	uint64_t seed = strtoull(argv[5], NULL, 10);
	struct torment torment = {.server = argv[1],
	    .chaos = &chaos,
	    .random = {seed * 1000}};
	int64_t deadline = net_deadline(strtol(argv[3], NULL, 10) * 1000);
	signal(SIGPIPE, SIG_IGN);
	server_start(&torment);
	players_start(&chaos, player, seed);
	while (net_now_ms() < deadline && chaos.violations == 0)
		torment_once(&torment);
	atomic_store(&chaos.is_over, true);
	for (unsigned i = 0; i < PLAYERS; i++)
		pthread_join(player[i].thread, NULL);
	server_end(&torment, SIGTERM);
	log_check(&torment);
	return sum_up(&torment, argv[3]) ? EXIT_SUCCESS : EXIT_FAILURE;
}
