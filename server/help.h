/* help.h - treasure-server's usage and help texts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_HELP_H
#define SERVER_HELP_H

/* The synopsis, and what --help prints behind it. */
extern const char help_usage[], help_options[];

#endif
