/* tcp_options.c - what the options of a TCP header are for. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

/* IANA, "TCP Option Kind Numbers". */
static enum tcp_option option_of(uint8_t kind)
{
	switch (kind) {
	case 0:
		return TCP_OPTION_EOL;
	case 1:
		return TCP_OPTION_NOP;
	case 2:
		return TCP_OPTION_MSS;
	case 3:
		return TCP_OPTION_WINDOW_SCALE;
	case 4:
		return TCP_OPTION_SACK_PERMITTED;
	case 5:
		return TCP_OPTION_SACK;
	case 8:
		return TCP_OPTION_TIMESTAMPS;
	case 19:
		return TCP_OPTION_MD5;
	case 29:
		return TCP_OPTION_AO;
	case 30:
		return TCP_OPTION_MPTCP;
	case 34:
		return TCP_OPTION_FAST_OPEN;
	default:
		return TCP_OPTION_OTHER;
	}
}

static void post(struct anatomy *out, enum tcp_option kind, uint32_t bytes)
{
	if (bytes == 0)
		return;
	out->option[out->options].kind = kind;
	out->option[out->options++].bytes = bytes;
}

/* At most 40 bytes, so at most 40 options: they fit. */
void decode_tcp_options(const struct view *in, uint32_t len,
    struct anatomy *out)
{
	uint32_t captured = in->captured < len ? in->captured : len, done = 0;
	bool goes_on = in->goes_on && len == in->length;
	const uint8_t *at = in->at;

	out->options = 0;
	while (done < captured) {
		uint8_t kind = at[done];
		enum tcp_option option = option_of(kind);

		if (option == TCP_OPTION_EOL) { /* all behind it is padding */
			post(out, option, len - done);
			return;
		}
		if (option == TCP_OPTION_NOP) {
			post(out, option, 1);
			done++;
			continue;
		}
		if (done + 1 >= captured)
			break;
		uint32_t option_len = at[done + 1];
		if (option_len < 2 || option_len > len - done) {
			post(out,
			    goes_on && option_len >= 2 ? TCP_OPTION_TRUNCATED
						       : TCP_OPTION_MALFORMED,
			    len - done);
			return;
		}
		post(out, option, option_len);
		if (option == TCP_OPTION_WINDOW_SCALE && option_len == 3 &&
		    done + 2 < captured)
			out->window_shift = at[done + 2];
		done += option_len;
	}
	if (done < len)
		post(out,
		    captured < len || goes_on ? TCP_OPTION_TRUNCATED
					      : TCP_OPTION_MALFORMED,
		    len - done);
}
