/* carry.c - bytes to the server and back, for both versions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/carry.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { CONNECT_MS = 10000 };

static enum link_result failed(struct link *link)
{
	link->error = errno;
	return errno == ECANCELED ? LINK_STOPPED : LINK_ERROR;
}

static bool is_broken(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ENOTCONN;
}

static enum link_result ended(struct link *link)
{
	link->error = 0;
	return LINK_GONE;
}

static enum link_result cut_off(struct link *link)
{
	link->error = ECONNRESET;
	link->is_reset = true;
	return LINK_GONE;
}

enum link_result carry_connect(struct link *link)
{
	link->received = 0;
	link->is_reset = false;
	link->error = 0;
	link->fd = net_connect_by(&link->route, &link->server,
	    net_deadline(CONNECT_MS));
	if (link->fd == -1)
		return is_broken(errno) ? cut_off(link) : failed(link);
	if (link->is_reset)
		return cut_off(link);
	/*
	 * A name is looked up once; later connects go where this one went.  A
	 * connection that waits for its first byte has not gone anywhere yet.
	 */
	if (!net_is_address(link->server.host) &&
	    !net_peer(link->fd, &link->server) &&
	    !link->route.switches.is_fastopen)
		return cut_off(link);
	link->deadline = net_deadline(CARRY_REPLY_MS);
	return LINK_OK;
}

enum link_result carry_send(struct link *link, enum treasure_verb verb)
{
	uint8_t byte = treasure_encode_command(
	    (struct treasure_command){.verb = (uint8_t)verb,
		.player = link->player});

	bool is_last = link->version->sends_once || verb == TREASURE_QUIT;
	link->deadline = net_deadline(CARRY_REPLY_MS);
	bool is_sent = is_last && link->route.switches.is_corked
			   ? net_write_last(link->fd, &byte, 1, link->deadline)
			   : net_write(link->fd, &byte, 1, link->deadline);

	link->sent += is_sent;
	if (is_sent)
		return LINK_OK;
	return is_broken(errno) ? cut_off(link) : failed(link);
}

void carry_expect_within(struct link *link, int64_t ms)
{
	int64_t deadline = net_deadline(ms);

	if (deadline < link->deadline)
		link->deadline = deadline;
}

enum link_result carry_receive(struct link *link)
{
	size_t room = sizeof link->in - link->received;

	if (room == 0)
		return LINK_GARBLED;
	if (link->route.patience != NULL &&
	    !net_wait(link->fd, POLLIN, link->deadline, link->route.patience))
		return failed(link);
	ssize_t got =
	    net_read(link->fd, link->in + link->received, room, link->deadline);
	if (got > 0) {
		switches_after_read(&link->route.switches, link->fd);
		link->received += (size_t)got;
		return LINK_OK;
	}
	if (got == 0)
		return ended(link);
	return is_broken(errno) ? cut_off(link) : failed(link);
}

enum link_result carry_look(struct link *link)
{
	uint8_t byte;

	if (link->fd == -1)
		return LINK_OK;
	if (link->received > 0)
		return LINK_GARBLED;
	ssize_t got = recv(link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (got > 0)
		return LINK_GARBLED;
	if (got == 0)
		return ended(link);
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return LINK_OK;
	return is_broken(errno) ? cut_off(link) : failed(link);
}

void carry_meter(const struct link *link, struct meter *out)
{
	struct meter_end end = {.was_reset = link->is_reset,
	    .will_reset = link->route.switches.is_linger0};
	struct meter open;

	*out = link->meter;
	if (link->fd == -1 || !link->is_metered)
		return;
	(void)meter_read(link->fd, end, &open);
	meter_add(out, &open);
}

void carry_close(struct link *link)
{
	carry_meter(link, &link->meter);
	if (link->fd != -1)
		close(link->fd);
	link->fd = -1;
}
