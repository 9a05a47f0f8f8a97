/* show.c - numbers, times and addresses as people read them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/show.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "capture/source/frame.h"
#include "wire/number.h"

static const uint64_t second_ns = 1000000000;

static const struct shown none = {"-"};

struct shown_path show_path(const char *path)
{
	struct shown_path out;
	size_t len = 0;

	for (; path[len] != '\0' && len + 1 < sizeof(out.text); len++) {
		unsigned char c = (unsigned char)path[len];

		out.text[len] = c < ' ' || c == 0x7f ? '?' : path[len];
	}
	out.text[len] = '\0';
	return out;
}

static struct shown shown(struct number_text number)
{
	struct shown out;

	snprintf(out.text, sizeof(out.text), "%s", number.text);
	return out;
}

struct shown show_count(uint64_t count)
{
	return shown(number_text(count));
}

struct shown show_decimal(double value)
{
	return shown(number_decimal(value));
}

struct shown show_overhead(const struct book *book)
{
	double value;

	return book_overhead(book, &value) ? show_decimal(value) : none;
}

struct shown show_share(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return none;
	struct shown out =
	    shown(number_tenths(100 * (double)part / (double)whole));
	strcat(out.text, " %");
	return out;
}

struct shown show_duration(uint64_t ns)
{
	struct shown out;
	uint64_t us = (ns + 500) / 1000;

	snprintf(out.text, sizeof(out.text), "%.60s.%06" PRIu64 " s",
	    show_count(us / 1000000).text, us % 1000000);
	return out;
}

struct shown show_time(uint64_t ns)
{
	struct shown out = {""};
	time_t seconds = (time_t)(ns / second_ns);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return none;
	size_t len =
	    strftime(out.text, sizeof(out.text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out.text + len, sizeof(out.text) - len, ".%09" PRIu64 "Z",
	    ns % second_ns);
	return out;
}

struct shown show_host(const struct owner *owner, unsigned end)
{
	struct shown out = {"?"};

	inet_ntop(owner->ip_version == 6 ? AF_INET6 : AF_INET,
	    owner->end[end].address, out.text, sizeof(out.text));
	return out;
}

struct shown show_endpoint(const struct owner *owner, unsigned end)
{
	struct shown host = show_host(owner, end), out;

	snprintf(out.text, sizeof(out.text),
	    owner->ip_version == 6 ? "[%.60s]:%u" : "%.60s:%u", host.text,
	    owner->end[end].port);
	return out;
}

struct shown show_link_type(uint16_t link_type)
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {
#define X(id, value) {value, #id},
	    LINK_TYPES(X)
#undef X
	};
	struct shown out;

	snprintf(out.text, sizeof(out.text), "%u", link_type);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == link_type)
			snprintf(out.text, sizeof(out.text), "%s",
			    names[i].name);
	return out;
}
