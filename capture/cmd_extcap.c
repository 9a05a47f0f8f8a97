/* cmd_extcap.c - wiretoll extcap: games as interfaces of Wireshark. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "capture/recording.h"
#include "capture/source/filter.h"
#include "wire/number.h"
#include "wire/treasure.h"

const char cmd_extcap_usage[] =
    "wiretoll extcap --extcap-interfaces [--extcap-version VERSION]\n"
    "       wiretoll extcap --extcap-interface INTERFACE --extcap-dlts |\n"
    "                --extcap-config | --extcap-capture-filter FILTER\n"
    "       wiretoll extcap --extcap-interface INTERFACE --capture --fifo "
    "FILE\n"
    "                [--extcap-capture-filter FILTER] [--bots COUNT]\n"
    "                [--moves COUNT] [--think MS] [--port PORT] [--log-file "
    "FILE]";

enum {
	DLT_ETHERNET = 1, /* loopback on Linux */
	FIFO_STEP_MS = 20,
	LOG_MAX = 4096,
	PATH_LEN = 1024,
};

/* The interfaces; the version is what server and client are called with. */
static const struct interface {
	const char *name, *version, *display;
} interfaces[] = {
    {"treasure-oneshot", "oneshot", "Treasure game, one-shot"},
    {"treasure-persistent", "persistent", "Treasure game, persistent"},
};

enum { INTERFACES = sizeof(interfaces) / sizeof(interfaces[0]) };

/* Numbers in the interface's options dialog, in its order. */
enum number { BOTS, MOVES, THINK, PORT, NUMBERS };

static const struct {
	const char *name, *display, *tooltip;
	uint64_t min, max, standard;
} numbers[NUMBERS] = {
    {"bots", "Bots", "Players, each with a seat of its own", 1,
	TREASURE_MAX_PLAYERS, 2},
    {"moves", "Moves", "Steps of each bot; 0: until the game is over", 0,
	UINT32_MAX, 0},
    {"think", "Think time (ms)", "Wait so long before each command", 0, 60000,
	300},
    {"port", "Port", "The server's port, in a network of its own", 1,
	UINT16_MAX, TREASURE_PORT},
};

struct options {
	bool lists, tells_dlts, tells_config, captures, is_help;
	const struct interface *interface;
	const char *fifo, *filter, *log;
	uint64_t number[NUMBERS];
};

/*
 * What is played: arguments are bots, moves, think time, port, version, and
 * the folder of the programs.  The server speaks to a file that has no name
 * any more; it has stopped when this ends.
 */
static const char script[] =
    "bots=$1 moves=$2 think=$3 port=$4 version=$5 PATH=$6:$PATH\n"
    "log=$(mktemp) && exec 3<>\"$log\" && rm \"$log\" || exit 1\n"
    "[ $bots -le 2 ] && players=2 || players=$bots\n"
    "[ $moves -eq 0 ] && moves= || moves=\"--moves $moves\"\n"
    "treasure-server $version --port $port --players $players 2>&3 &\n"
    "server=$!\n"
    "until grep -q listening /dev/fd/3; do\n"
    "        kill -0 $server 2>/dev/null || break\n"
    "        sleep 0.05\n"
    "done\n"
    "treasure-client $version 127.0.0.1:$port --bot --clients $bots \\\n"
    "        --think $think $moves\n"
    "status=$?\n"
    "kill $server\n"
    "wait $server\n"
    "cat /dev/fd/3 >&2\n"
    "exit $status\n";

static const struct interface *interface_find(const char *name)
{
	for (unsigned i = 0; i < INTERFACES; i++)
		if (strcmp(interfaces[i].name, name) == 0)
			return &interfaces[i];
	warnx("no such interface: %s", name);
	return NULL;
}

static bool number_take(enum number which, const char *text,
    struct options *options)
{
	if (number_parse(text, numbers[which].min, numbers[which].max,
		&options->number[which]))
		return true;
	warnx("--%s: not a number from %" PRIu64 " to %" PRIu64 ": %s",
	    numbers[which].name, numbers[which].min, numbers[which].max, text);
	return false;
}

/* Codes of long options; those of numbers are their place in the table. */
enum code {
	LIST = NUMBERS,
	VERSION,
	DLTS,
	CONFIG,
	INTERFACE,
	CAPTURE,
	FIFO,
	FILTER,
	LOG_FILE,
	HELP,
};

static bool take(int code, struct options *options)
{
	switch (code) {
	case LIST:
		options->lists = true;
		return true;
	case VERSION: /* Wireshark's; ours suits all of them */
		return true;
	case DLTS:
		options->tells_dlts = true;
		return true;
	case CONFIG:
		options->tells_config = true;
		return true;
	case INTERFACE:
		options->interface = interface_find(optarg);
		return options->interface != NULL;
	case CAPTURE:
		options->captures = true;
		return true;
	case FIFO:
		options->fifo = optarg;
		return true;
	case FILTER:
		options->filter = optarg[0] == '\0' ? NULL : optarg;
		return true;
	case LOG_FILE:
		options->log = optarg[0] == '\0' ? NULL : optarg;
		return true;
	case HELP:
		options->is_help = true;
		return true;
	default:
		return code >= 0 && code < NUMBERS &&
		       number_take((enum number)code, optarg, options);
	}
}

static bool parse(int argc, char *argv[], struct options *options)
{
	static const struct option longs[] = {
	    {"bots", required_argument, NULL, BOTS},
	    {"moves", required_argument, NULL, MOVES},
	    {"think", required_argument, NULL, THINK},
	    {"port", required_argument, NULL, PORT},
	    {"extcap-interfaces", no_argument, NULL, LIST},
	    {"extcap-version", optional_argument, NULL, VERSION},
	    {"extcap-dlts", no_argument, NULL, DLTS},
	    {"extcap-config", no_argument, NULL, CONFIG},
	    {"extcap-interface", required_argument, NULL, INTERFACE},
	    {"extcap-capture-filter", required_argument, NULL, FILTER},
	    {"capture", no_argument, NULL, CAPTURE},
	    {"fifo", required_argument, NULL, FIFO},
	    {"log-file", required_argument, NULL, LOG_FILE},
	    {"help", no_argument, NULL, HELP},
	    {0},
	};
	int c;

	for (unsigned i = 0; i < NUMBERS; i++)
		options->number[i] = numbers[i].standard;
	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1)
		if (!take(c == 'h' ? HELP : c, options))
			return false;
	return optind == argc;
}

/* What Wireshark asks of any extcap program: sentences on stdout. */
static void list(void)
{
	printf("extcap {version=" WIRETOLL_VERSION "}\n");
	for (unsigned i = 0; i < INTERFACES; i++)
		printf("interface {value=%s}{display=%s}\n", interfaces[i].name,
		    interfaces[i].display);
}

static void tell_config(void)
{
	for (unsigned i = 0; i < NUMBERS; i++)
		printf("arg {number=%u}{call=--%s}{display=%s}{tooltip=%s}"
		       "{type=unsigned}{range=%" PRIu64 ",%" PRIu64
		       "}{default=%" PRIu64 "}{group=Game}\n",
		    i, numbers[i].name, numbers[i].display, numbers[i].tooltip,
		    numbers[i].min, numbers[i].max, numbers[i].standard);
	printf("arg {number=%u}{call=--log-file}{display=Log file}"
	       "{tooltip=What the programs say}{type=fileselect}"
	       "{mustexist=false}{group=Log}\n",
	    (unsigned)NUMBERS);
}

/* Wireshark shows as an error whatever is said of a filter. */
static int check_filter(const char *expression)
{
	char reason[FILTER_REASON_LEN];
	struct filter *filter = filter_new(expression, reason);

	if (filter == NULL) {
		printf("%s\n", reason);
		return command_flush();
	}
	filter_free(filter);
	return EXIT_DONE;
}

/* Wireshark's end of the pipe may come after ours; -1: it never does. */
static int fifo_open(const char *path, const volatile sig_atomic_t *stopping)
{
	struct timespec step = {.tv_nsec = FIFO_STEP_MS * 1000000L};
	int fd;

	while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) == -1 &&
	       errno == ENXIO && !*stopping)
		nanosleep(&step, NULL);
	if (fd == -1)
		return -1;
	int flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A file for what is said, unless the user named one: it has no name. */
static int log_open(const char *path)
{
	char unnamed[] = "/tmp/wiretoll-extcap.XXXXXX";

	if (path != NULL)
		return open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
		    0644);
	int fd = mkstemp(unnamed);
	if (fd != -1)
		unlink(unnamed);
	return fd;
}

/* The folder of this program: server and client are there, too. */
static void folder_of_programs(char out[PATH_LEN])
{
	ssize_t len = readlink("/proc/self/exe", out, PATH_LEN - 1);

	out[len > 0 ? len : 0] = '\0';
	char *slash = strrchr(out, '/');
	if (slash != NULL)
		*slash = '\0';
	else
		snprintf(out, PATH_LEN, ".");
}

static void play(const struct options *options,
    const volatile sig_atomic_t *stopping, struct recording *out)
{
	char text[NUMBERS][sizeof "4294967295"], folder[PATH_LEN];
	char *command[] = {(char[]){"sh"}, (char[]){"-c"}, NULL,
	    (char[]){"game"}, text[BOTS], text[MOVES], text[THINK], text[PORT],
	    NULL, folder, NULL};
	char played[sizeof script], version[sizeof "persistent"];

	for (unsigned i = 0; i < NUMBERS; i++)
		snprintf(text[i], sizeof(text[i]), "%" PRIu64,
		    options->number[i]);
	snprintf(version, sizeof(version), "%s", options->interface->version);
	memcpy(played, script, sizeof(played));
	command[2] = played;
	command[8] = version;
	folder_of_programs(folder);
	struct recording_plan plan = {
	    .live = {.interface = "lo", .filter = options->filter},
	    .path = "-",
	    .comment = options->interface->display,
	    .command = command,
	    .is_private = true,
	};
	recording_make(&plan, stopping, out);
}

/*
 * Wireshark shows as an error whatever comes on stderr, so all that is said
 * goes to a log, and from there to stderr only if nothing was captured.
 */
static void show_log(int log, off_t from, int to)
{
	char text[LOG_MAX];
	ssize_t len = pread(log, text, sizeof(text), from);

	if (len > 0 && write(to, text, (size_t)len) == -1)
		warn("standard error");
}

static int capture(const struct options *options,
    const volatile sig_atomic_t *stopping)
{
	struct recording recording;
	int fifo = fifo_open(options->fifo, stopping);

	if (fifo == -1) {
		if (*stopping)
			return EXIT_DONE;
		warn("%s", options->fifo);
		return EXIT_FAILED;
	}
	int log = log_open(options->log);
	int messages = dup(STDERR_FILENO);
	/* "-" below is standard output, which is flushed for each packet. */
	if (log == -1 || messages == -1 || dup2(fifo, STDOUT_FILENO) == -1 ||
	    dup2(log, STDERR_FILENO) == -1) {
		warn("%s", options->log == NULL ? "log" : options->log);
		return EXIT_FAILED;
	}
	close(fifo);
	off_t from = lseek(log, 0, SEEK_END);
	play(options, stopping, &recording);
	bool is_empty = recording.info.frames == 0 && !*stopping;
	dup2(messages, STDERR_FILENO);
	if (is_empty)
		show_log(log, from, STDERR_FILENO);
	close(log);
	close(messages);
	recording_destroy(&recording);
	return is_empty ? EXIT_FAILED : EXIT_DONE;
}

int cmd_extcap(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options = {0};

	if (!parse(argc, argv, &options) || options.is_help)
		return command_usage(cmd_extcap_usage, options.is_help);
	if (options.lists) {
		list();
		return command_flush();
	}
	if (options.interface == NULL ||
	    (options.captures && options.fifo == NULL))
		return command_usage(cmd_extcap_usage, false);
	if (options.captures)
		return capture(&options, stopping);
	if (options.tells_dlts)
		printf("dlt {number=%d}{name=EN10MB}{display=Ethernet}\n",
		    DLT_ETHERNET);
	else if (options.tells_config)
		tell_config();
	else if (options.filter != NULL)
		return check_filter(options.filter);
	else
		return command_usage(cmd_extcap_usage, false);
	return command_flush();
}
