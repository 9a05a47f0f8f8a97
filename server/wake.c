/* wake.c - signals to threads that wait. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include "server/acceptor.h"

enum {
	AGAIN_MS = 20,   /* the signal may come too early to end a wait */
	PRECISION = 100, /* of --idle-timeout: between looks, at least a part */
};

void workers_wake(struct workers *workers, const struct door *door,
    unsigned count)
{
	pthread_mutex_lock(&workers->lock);
	for (struct worker *w = workers->live; w != NULL && count > 0;
	     w = w->next) {
		if (w->accepts && !w->is_serving && w->door == door) {
			pthread_kill(w->thread, ACCEPTOR_WAKE_SIGNAL);
			count--;
		}
	}
	pthread_mutex_unlock(&workers->lock);
}

/* Who waits for a silent client; returns when the next one will. */
static int64_t wake_silent_locked(struct workers *workers, int64_t now_ms)
{
	int64_t next_ms = now_ms + workers->service->idle_ms;

	for (struct worker *w = workers->live; w != NULL; w = w->next) {
		int64_t until_ms = w->is_serving
				       ? session_waits_until(w->session)
				       : NET_FOREVER;

		if (until_ms <= now_ms)
			pthread_kill(w->thread, ACCEPTOR_WAKE_SIGNAL);
		if (until_ms < next_ms)
			next_ms = until_ms;
	}
	return next_ms;
}

int64_t workers_wake_silent(struct workers *workers)
{
	int64_t idle_ms = workers->service->idle_ms;
	int64_t soon_ms = idle_ms / PRECISION;

	if (idle_ms == 0)
		return NET_FOREVER;
	pthread_mutex_lock(&workers->lock);
	int64_t now_ms = net_lately_ms();
	int64_t wait_ms = wake_silent_locked(workers, now_ms) - now_ms;
	pthread_mutex_unlock(&workers->lock);
	if (soon_ms < AGAIN_MS)
		soon_ms = AGAIN_MS;
	return net_deadline(wait_ms > soon_ms ? wait_ms : soon_ms);
}
