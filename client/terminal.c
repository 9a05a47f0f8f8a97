/* terminal.c - borrow the terminal for a screen, and give it back. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/terminal.h"
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include "wire/net.h"

enum {
	FAREWELL_MAX = 256,
	WAIT_MS = 250, /* a signal may slip in just before a wait */
};

/* What a signal handler needs, made beforehand: it may call very little. */
static struct termios before;
static char farewell[FAREWELL_MAX];
static size_t farewell_len;
static SCREEN *screen;
static volatile sig_atomic_t has_terminal, busy, caught;

/* All that end a process, but those below, SIGPIPE and SIGKILL. */
static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT,
    SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1,
    SIGUSR2};
static const int requests[] = {SIGINT, SIGTERM, SIGHUP};

enum {
	CRASHES = sizeof crashes / sizeof crashes[0],
	REQUESTS = sizeof requests / sizeof requests[0],
};

static struct sigaction crash_before[CRASHES], request_before[REQUESTS];
static struct sigaction background_before;
static struct sigaction pause_before, pause_of_ncurses;

/* write and tcsetattr may be called from a handler: POSIX, 2.4.3. */
static void give_back(void)
{
	if (!has_terminal)
		return;
	has_terminal = 0;
	ssize_t written = write(STDOUT_FILENO, farewell, farewell_len);
	(void)written;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* Give the terminal back, and let the signal do its work. */
static void die(int number)
{
	give_back();
	signal(number, SIG_DFL);
	raise(number);
}

static void stop(int number)
{
	if (busy || caught)
		die(number);
	caught = number;
}

/* Ctrl-Z; what ncurses does about it changes errno under the feet of others. */
static void pause_and_go_on(int number)
{
	int keep = errno;

	pause_of_ncurses.sa_handler(number);
	errno = keep;
}

static int farewell_put(int c)
{
	if (farewell_len < sizeof farewell)
		farewell[farewell_len++] = (char)c;
	return c;
}

/* All that undoes what a screen does to a terminal. */
static void farewell_compose(void)
{
	char *const strings[] = {exit_alt_charset_mode, exit_attribute_mode,
	    orig_pair, keypad_local, cursor_normal, exit_ca_mode};

	farewell_len = 0;
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		if (strings[i] != NULL)
			(void)tputs(strings[i], 1, farewell_put);
	}
	/* Without an alternate screen: what follows starts a line. */
	if (exit_ca_mode == NULL)
		(void)farewell_put('\n');
}

/* Before ncurses puts handlers of its own there. */
static void signals_remember(void)
{
	for (size_t i = 0; i < CRASHES; i++)
		(void)sigaction(crashes[i], NULL, &crash_before[i]);
	for (size_t i = 0; i < REQUESTS; i++)
		(void)sigaction(requests[i], NULL, &request_before[i]);
	(void)sigaction(SIGTTOU, NULL, &background_before);
	(void)sigaction(SIGTSTP, NULL, &pause_before);
}

static void requests_take(void)
{
	struct sigaction request = {.sa_handler = stop};

	busy = caught = 0;
	for (size_t i = 0; i < REQUESTS; i++) {
		if (request_before[i].sa_handler != SIG_IGN) /* nohup */
			(void)sigaction(requests[i], &request, NULL);
	}
}

static void signals_take(void)
{
	struct sigaction crash = {.sa_handler = die};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction pause;

	/* Else who stops it by Ctrl-Z could not end it: in the background it
	 * would be stopped again when it gives the terminal back. */
	(void)sigaction(SIGTTOU, &ignore, NULL);
	(void)sigaction(SIGTSTP, NULL, &pause_of_ncurses);
	if (pause_of_ncurses.sa_handler != SIG_IGN) {
		pause = pause_of_ncurses;
		pause.sa_handler = pause_and_go_on;
		(void)sigaction(SIGTSTP, &pause, NULL);
	}
	for (size_t i = 0; i < CRASHES; i++) {
		if (crash_before[i].sa_handler != SIG_IGN)
			(void)sigaction(crashes[i], &crash, NULL);
	}
	requests_take();
}

static void signals_give_back(void)
{
	(void)sigaction(SIGTTOU, &background_before, NULL);
	(void)sigaction(SIGTSTP, &pause_before, NULL);
	for (size_t i = 0; i < CRASHES; i++)
		(void)sigaction(crashes[i], &crash_before[i], NULL);
	for (size_t i = 0; i < REQUESTS; i++)
		(void)sigaction(requests[i], &request_before[i], NULL);
}

static void colours_start(void)
{
	const char *refused = getenv("NO_COLOR"); /* no-color.org */

	if ((refused != NULL && *refused != '\0') || !has_colors())
		return;
	(void)start_color();
	(void)use_default_colors();
}

/* Whatever terminfo says: they send the one or the other, as the mode is. */
static void arrows_define(void)
{
	static const struct {
		const char *sent;
		int key;
	} arrows[] = {
	    {"\033[A", KEY_UP},
	    {"\033[B", KEY_DOWN},
	    {"\033[C", KEY_RIGHT},
	    {"\033[D", KEY_LEFT},
	    {"\033OA", KEY_UP},
	    {"\033OB", KEY_DOWN},
	    {"\033OC", KEY_RIGHT},
	    {"\033OD", KEY_LEFT},
	};

	for (size_t i = 0; i < sizeof arrows / sizeof arrows[0]; i++)
		(void)define_key(arrows[i].sent, arrows[i].key);
}

int terminal_key(void)
{
	int key = getch();

	if (key != TERMINAL_ESCAPE)
		return key;
	int next = getch();
	if (next == ERR)
		return TERMINAL_ESCAPE;
	if (next != '[' && next != 'O') {
		(void)ungetch(next);
		return TERMINAL_ESCAPE;
	}
	/* ECMA-48, 5.4: parameters and the like, then a final byte. */
	do
		next = getch();
	while (next >= ' ' && next < '@');
	return TERMINAL_UNKNOWN;
}

const char *terminal_open(void)
{
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return "there is no terminal";
	(void)setlocale(LC_ALL, "");
	signals_remember();
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL)
		return "this kind of terminal is unknown (TERM)";
	if (cursor_address == NULL) {
		terminal_close();
		return "this kind of terminal cannot show a screen (TERM)";
	}
	farewell_compose();
	signals_take();
	has_terminal = 1;
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, true);
	arrows_define();
	(void)nodelay(stdscr, true);
	(void)intrflush(stdscr, false);
	(void)set_escdelay(25);
	(void)curs_set(0);
	colours_start();
	return NULL;
}

void terminal_close(void)
{
	if (screen == NULL)
		return;
	(void)endwin();
	has_terminal = 0;
	signals_give_back();
	delscreen(screen);
	screen = NULL;
}

void terminal_watch(void)
{
	signals_remember();
	requests_take();
}

void terminal_unwatch(void)
{
	signals_give_back();
}

unsigned terminal_columns(FILE *out)
{
	struct winsize size;

	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int terminal_signal(void)
{
	return caught;
}

bool terminal_pause(int64_t ms)
{
	int64_t ends = net_deadline(ms);

	for (int64_t left = ms; left > 0 && !caught; left = ends - net_now_ms())
		(void)poll(NULL, 0, left < WAIT_MS ? (int)left : WAIT_MS);
	return !caught;
}

void terminal_set_busy(bool is_busy)
{
	busy = is_busy;
}
