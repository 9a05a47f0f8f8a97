/* ring.c - one row of frames, read once for several workers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ring.h"
#include <pthread.h>
#include <stdlib.h>
#include "capture/grow.h"
#include "capture/tuple.h"

enum { SPARE = 4 }; /* places for what is ahead, beside one a worker */

/* A batch, and where it stands. */
struct place {
	struct frame frame[BATCH_ROOM];
	struct batch batch;
	struct buffer bytes; /* the frames borrow from there */
	bool is_ready;       /* to be posted and checked */
	uint32_t unposted;   /* by so many workers, and unchecked; 0: free */
};

struct ring {
	pthread_mutex_t lock; /* guards all below but what places hold */
	pthread_cond_t moved; /* something of it has changed */
	struct share share;
	struct pipeline *checker; /* its copies: of who is checking */
	uint64_t read;            /* batches that have, or will soon, come */
	uint64_t checked;
	bool is_turn_taken, is_checking, has_ended;
	struct feed *feed;     /* of who has the turn */
	struct filter *filter; /* likewise; NULL: all frames pass */
	uint32_t places;
	struct place place[];
};

static void place_init(struct place *place)
{
	batch_init(&place->batch, BATCH_ROOM, true);
	place->batch.frame = place->frame;
}

struct ring *ring_new(struct feed *feed, struct filter *filter,
    const struct share *share, struct pipeline *checker)
{
	uint32_t places = share->workers + SPARE;
	struct ring *ring =
	    must(calloc(1, sizeof(*ring) + places * sizeof(struct place)),
		"ring");

	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->moved, NULL);
	ring->share = *share;
	ring->checker = checker;
	ring->feed = feed;
	ring->filter = filter;
	ring->places = places;
	for (uint32_t i = 0; i < places; i++)
		place_init(&ring->place[i]);
	return ring;
}

void ring_free(struct ring *ring)
{
	for (uint32_t i = 0; i < ring->places; i++) {
		batch_destroy(&ring->place[i].batch);
		free(ring->place[i].bytes.bytes);
	}
	pthread_cond_destroy(&ring->moved);
	pthread_mutex_destroy(&ring->lock);
	free(ring);
}

static struct place *place_of(struct ring *ring, uint64_t number)
{
	return &ring->place[number % ring->places];
}

/* With the turn: false at the end. */
static bool read_batch(struct ring *ring, struct place *place)
{
	size_t count = feed_read(ring->feed, place->frame, BATCH_ROOM);

	if (count == 0)
		return false;
	feed_swap(ring->feed, &place->bytes);
	if (ring->filter != NULL)
		filter_prepare(ring->filter, place->frame, count);
	place->batch.count = count;
	return true;
}

static void prepare_batch(const struct ring *ring, struct place *place)
{
	struct batch *batch = &place->batch;

	if (ring->filter != NULL)
		batch->count =
		    filter_sift(ring->filter, place->frame, batch->count);
	tuple_prepare(&ring->share, batch);
}

static void lock(struct ring *ring)
{
	pthread_mutex_lock(&ring->lock);
}

static void tell_and_unlock(struct ring *ring)
{
	pthread_cond_broadcast(&ring->moved);
	pthread_mutex_unlock(&ring->lock);
}

/* The batch is done with, for one of those that wait for it. */
static void leave_locked(struct ring *ring, struct place *place)
{
	if (--place->unposted == 0)
		pthread_cond_broadcast(&ring->moved);
}

/*
 * All that can be checked; unless somebody else is at it, who then goes on
 * with these.
 */
static void check_locked(struct ring *ring)
{
	struct place *place = place_of(ring, ring->checked);

	while (!ring->is_checking && ring->checked < ring->read &&
	       place->is_ready) {
		ring->is_checking = true;
		pthread_mutex_unlock(&ring->lock);
		pipeline_check(ring->checker, &place->batch);
		lock(ring);
		ring->is_checking = false;
		leave_locked(ring, place);
		place = place_of(ring, ++ring->checked);
	}
}

/* Read and prepare; it comes and goes with the lock held. */
static void read_locked(struct ring *ring)
{
	struct place *place = place_of(ring, ring->read);

	ring->is_turn_taken = true;
	pthread_mutex_unlock(&ring->lock);
	bool is_there = read_batch(ring, place);
	lock(ring);
	ring->is_turn_taken = false;
	ring->has_ended = !is_there;
	place->is_ready = false;
	place->unposted = is_there ? ring->share.workers + 1 : 0;
	ring->read += is_there;
	tell_and_unlock(ring);
	if (is_there)
		prepare_batch(ring, place);
	lock(ring);
	place->is_ready = is_there;
	pthread_cond_broadcast(&ring->moved);
	check_locked(ring);
}

/* It comes and goes with the lock held. */
static void post_locked(struct ring *ring, struct pipeline *pipeline,
    struct place *place)
{
	pthread_mutex_unlock(&ring->lock);
	pipeline_post_share(pipeline, &place->batch);
	lock(ring);
	leave_locked(ring, place);
}

static bool can_read(struct ring *ring)
{
	return !ring->is_turn_taken && !ring->has_ended &&
	       place_of(ring, ring->read)->unposted == 0;
}

void ring_work(struct ring *ring, struct pipeline *pipeline)
{
	uint64_t next = 0; /* to be posted */

	lock(ring);
	while (!ring->has_ended || next < ring->read) {
		struct place *place = place_of(ring, next);

		if (next < ring->read && place->is_ready) {
			post_locked(ring, pipeline, place);
			next++;
		} else if (can_read(ring)) {
			read_locked(ring);
		} else {
			pthread_cond_wait(&ring->moved, &ring->lock);
		}
	}
	pthread_mutex_unlock(&ring->lock);
}
