/* help.c - treasure-server's usage and help texts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/help.h"
#include "wire/switches.h"

const char help_usage[] =
    "usage: treasure-server oneshot | persistent [-hv] [--version]\n"
    "           [--listen address] [--port port | --ports first-last]\n"
    "           [--rooms count] [--size tiles] [--treasures count]\n"
    "           [--players 2 | 3] [--seed number]\n"
    "           [--games count] [--rematch-after seconds]\n"
    "           [--guard mutex | queue | none]\n"
    "           [--threads per-connection | pool[:count] | --iterative]\n"
    "           [--max-connections count] [--max-per-address count]\n"
    "           [--idle-timeout seconds] [--bind-seats] "
    "[--trust-player-bits]\n"
    "           [--journal file] [--stats seconds]\n" SWITCHES_SERVER_USAGE;

const char help_options[] =
    "\n"
    "  oneshot                  a connection for each command\n"
    "  persistent               a connection for each game\n"
    "  --listen address         numeric; 127.0.0.1\n"
    "  --port port              12345; 0 picks a free one\n"
    "  --ports first-last       oneshot: a room at each of these ports\n"
    "  --rooms count            persistent: so many boards; 1\n"
    "  --size tiles             of the board, each way; 10\n"
    "  --treasures count        5\n"
    "  --players 2 | 3          at a board; 2\n"
    "  --seed number            what the boards follow from; random\n"
    "  --games count            end after so many in each room\n"
    "  --rematch-after seconds  oneshot: a new board so long after an end\n"
    "  --guard kind             what keeps commands apart; mutex\n"
    "  --threads kind           pool:8 for oneshot, else per-connection\n"
    "  --iterative              one connection at a time, for study\n"
    "  --max-connections count  at once; 1000\n"
    "  --max-per-address count  at once; any number\n"
    "  --idle-timeout seconds   of silence before a close; 300, 0 is never\n"
    "  --bind-seats             oneshot: tie a player to its first address\n"
    "  --trust-player-bits      persistent: anyone may speak for anyone\n"
    "  --journal file           survive a crash\n"
    "  --stats seconds          print statistics so often\n"
    "  -v, --verbose            print a line for each connection\n"
    "  -h, --help               print this\n"
    "  --version                print the version\n" SWITCHES_HELP
    "  --split-reply            a reply in two writes\n"
    "\n"
    "The manual page treasure-server(1) says more.\n";
