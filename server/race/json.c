/* json.c - what treasure-race found, for programs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/json.h"
#include <stdio.h>
#include "server/race/conclusion.h"

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *document(void)
{
	return json_pack("{s:s}", "schema", "treasure-race/1");
}

static json_t *runs_json(const struct race_series *series)
{
	uint64_t expected = race_expected(&series->size);
	json_t *out = json_array();

	for (unsigned i = 0; i < series->runs; i++) {
		const struct race_result *run = &series->results[i];

		json_array_append_new(out,
		    json_pack("{s:o, s:o, s:f, s:f}", "counted",
			number(run->counted), "lost",
			number(expected - run->counted), "seconds",
			(double)run->ns / 1e9, "per_second",
			race_speed(&series->size, run->ns)));
	}
	return out;
}

static json_t *way_json(const struct race_series *series, double mutex)
{
	struct race_summary sum = race_sum_up(series);

	return json_pack("{s:s, s:o, s:o, s:o, s:f, s:f, s:f, s:o, s:o}", "way",
	    series->way->name, "median_counted", number(sum.counted),
	    "least_lost", number(sum.least_lost), "most_lost",
	    number(sum.most_lost), "median_seconds", sum.seconds, "ns_each",
	    sum.ns_each, "per_second", sum.per_second, "times_mutex",
	    mutex > 0 ? json_real(mutex / sum.seconds) : json_null(), "runs",
	    runs_json(series));
}

json_t *json_races(const struct race_series *all, unsigned count)
{
	json_t *out = document(), *list = json_array();
	double mutex = conclusion_seconds(all, count, &way_mutex);

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list, way_json(&all[i], mutex));
	json_object_set_new(out, "threads", number(all[0].size.threads));
	json_object_set_new(out, "count", number(all[0].size.count));
	json_object_set_new(out, "expected",
	    number(race_expected(&all[0].size)));
	json_object_set_new(out, "ways", list);
	return out;
}

static json_t *schedule_json(const struct schedule *schedule)
{
	json_t *acts = json_array();

	for (unsigned i = 0; i < SCHEDULE_ACTS; i++) {
		const struct act *act = &schedule->acts[i];

		json_array_append_new(acts,
		    json_pack("{s:o, s:s, s:o, s:o, s:o}", "thread",
			number(schedule->threads[act->who] + 1), "act",
			act_name(act->kind), "value", number(act->value), "ns",
			schedule->has_clock ? number((uint64_t)act->ns)
					    : json_null(),
			"replaced",
			act->kind == ACT_SAVE ? number(act->replaced)
					      : json_null()));
	}
	return json_pack("{s:o, s:o, s:o}", "rose_by",
	    number(schedule_gain(schedule)), "lost",
	    number(schedule_lost(schedule)), "acts", acts);
}

json_t *json_schedules(const struct trace *trace, const struct schedule *replay)
{
	json_t *out = document();

	if (trace != NULL)
		json_object_set_new(out, "trace",
		    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "run",
			number(trace->rounds), "threads",
			number(trace->size.threads), "count",
			number(trace->size.count), "expected",
			number(race_expected(&trace->size)), "counted",
			number(trace->counted), "conflict",
			schedule_json(&trace->conflict), "clean",
			schedule_json(&trace->clean)));
	if (replay != NULL)
		json_object_set_new(out, "replay",
		    json_pack("{s:o, s:o}", "conflict",
			schedule_json(&replay[0]), "clean",
			schedule_json(&replay[1])));
	return out;
}

json_t *json_orders(const struct orders *orders)
{
	json_t *out = document(), *list = json_array(), *first = json_array();

	for (unsigned i = 0; i < orders->distinct_count; i++) {
		const struct order *order = &orders->distinct[i];
		json_t *threads = json_array();

		for (unsigned k = 0; k < orders->threads; k++)
			json_array_append_new(threads,
			    number(order->threads[k] + 1u));
		json_array_append_new(list,
		    json_pack("{s:o, s:o}", "times", number(order->times),
			"threads", threads));
	}
	for (unsigned i = 0; i < orders->threads; i++)
		json_array_append_new(first, number(orders->first[i]));
	json_object_set_new(out, "threads", number(orders->threads));
	json_object_set_new(out, "rounds", number(orders->rounds));
	json_object_set_new(out, "orders", list);
	json_object_set_new(out, "first", first);
	return out;
}

bool json_print(json_t *object)
{
	bool is_printed = object != NULL &&
			  json_dumpf(object, stdout,
			      JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0 &&
			  putchar('\n') != EOF;

	json_decref(object);
	return is_printed;
}
