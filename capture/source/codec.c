/* codec.c - gzip (RFC 1952), zstd (RFC 8878), lz4 and xz. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/codec.h"
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { GZIP_ONLY = 16 + MAX_WBITS }; /* zlib's word for: with its check sum */

static size_t room_left(const struct room *out)
{
	return (size_t)(out->end - out->at);
}

static void *gzip_open(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z != NULL && inflateInit2(z, GZIP_ONLY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void gzip_close(void *state)
{
	inflateEnd(state);
	free(state);
}

static bool gzip_begin(void *state)
{
	return inflateReset(state) == Z_OK;
}

static enum codec_step gzip_run(void *state, struct cursor *in,
    struct room *out, const char **reason)
{
	z_stream *z = state;

	z->next_in = (z_const Bytef *)(uintptr_t)in->at;
	z->avail_in = (uInt)cursor_left(in);
	z->next_out = out->at;
	z->avail_out = (uInt)room_left(out);
	int status = inflate(z, Z_NO_FLUSH);
	in->at = in->end - z->avail_in;
	out->at = out->end - z->avail_out;
	switch (status) {
	case Z_STREAM_END:
		return CODEC_DONE;
	case Z_OK:
	case Z_BUF_ERROR: /* no progress: more bytes are needed */
		return CODEC_MORE;
	default:
		*reason = z->msg != NULL ? z->msg : "damaged";
		return CODEC_BAD;
	}
}

/*
 * Where zstd and lz4 meet damage, they forget what else the call decompressed.
 * So they get block by block, in the sizes that they ask for.
 */
struct by_block {
	void *context;
	size_t wanted; /* bytes they asked for; 0 at the start of a frame */
};

static struct cursor take_wanted(const struct by_block *by, struct cursor in)
{
	size_t wanted = by->wanted > 0 ? by->wanted : 1;

	if (wanted < cursor_left(&in))
		in.end = in.at + wanted;
	return in;
}

static void *by_block_new(void *context)
{
	struct by_block *by = context == NULL ? NULL : calloc(1, sizeof(*by));

	if (by != NULL)
		by->context = context;
	return by;
}

static void *zstd_open(void)
{
	ZSTD_DCtx *zstd = ZSTD_createDCtx();
	void *by = by_block_new(zstd);

	if (by == NULL)
		ZSTD_freeDCtx(zstd);
	else
		(void)ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax,
		    CODEC_WINDOW_LOG);
	return by;
}

static void zstd_close(void *state)
{
	struct by_block *by = state;

	ZSTD_freeDCtx(by->context);
	free(by);
}

static bool zstd_begin(void *state)
{
	struct by_block *by = state;

	by->wanted = 0;
	return !ZSTD_isError(
	    ZSTD_DCtx_reset(by->context, ZSTD_reset_session_only));
}

static enum codec_step zstd_run(void *state, struct cursor *in,
    struct room *out, const char **reason)
{
	struct by_block *by = state;
	struct cursor some = take_wanted(by, *in);
	ZSTD_inBuffer from = {some.at, cursor_left(&some), 0};
	ZSTD_outBuffer to = {out->at, room_left(out), 0};

	by->wanted = ZSTD_decompressStream(by->context, &to, &from);
	in->at += from.pos;
	out->at += to.pos;
	if (ZSTD_isError(by->wanted)) {
		*reason = ZSTD_getErrorName(by->wanted);
		return CODEC_BAD;
	}
	return by->wanted == 0 ? CODEC_DONE : CODEC_MORE;
}

static void *lz4_open(void)
{
	LZ4F_dctx *lz4 = NULL;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)))
		return NULL;
	void *by = by_block_new(lz4);
	if (by == NULL)
		LZ4F_freeDecompressionContext(lz4);
	return by;
}

static void lz4_close(void *state)
{
	struct by_block *by = state;

	LZ4F_freeDecompressionContext(by->context);
	free(by);
}

static bool lz4_begin(void *state)
{
	struct by_block *by = state;

	by->wanted = 0;
	LZ4F_resetDecompressionContext(by->context);
	return true;
}

static enum codec_step lz4_run(void *state, struct cursor *in, struct room *out,
    const char **reason)
{
	struct by_block *by = state;
	struct cursor some = take_wanted(by, *in);
	size_t taken = cursor_left(&some), given = room_left(out);

	by->wanted = LZ4F_decompress(by->context, out->at, &given, some.at,
	    &taken, NULL);
	if (LZ4F_isError(by->wanted)) { /* the two counts mean nothing then */
		*reason = LZ4F_getErrorName(by->wanted);
		return CODEC_BAD;
	}
	in->at += taken;
	out->at += given;
	return by->wanted == 0 ? CODEC_DONE : CODEC_MORE;
}

static void *xz_open(void)
{
	return calloc(1, sizeof(lzma_stream)); /* as LZMA_STREAM_INIT */
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

static bool xz_begin(void *state)
{
	return lzma_stream_decoder(state, UINT64_C(1) << CODEC_WINDOW_LOG, 0) ==
	       LZMA_OK;
}

static const char *xz_reason(lzma_ret status)
{
	switch (status) {
	case LZMA_MEMLIMIT_ERROR:
		return "needs more than 512 MiB of memory";
	case LZMA_MEM_ERROR:
		return "no memory";
	case LZMA_OPTIONS_ERROR:
		return "made with options not known here";
	default:
		return "damaged";
	}
}

static enum codec_step xz_run(void *state, struct cursor *in, struct room *out,
    const char **reason)
{
	lzma_stream *xz = state;

	xz->next_in = in->at;
	xz->avail_in = cursor_left(in);
	xz->next_out = out->at;
	xz->avail_out = room_left(out);
	lzma_ret status = lzma_code(xz, LZMA_RUN);
	in->at = xz->next_in;
	out->at = xz->next_out;
	switch (status) {
	case LZMA_STREAM_END:
		return CODEC_DONE;
	case LZMA_OK:
	case LZMA_UNSUPPORTED_CHECK:
	case LZMA_BUF_ERROR: /* no progress: more bytes are needed */
		return CODEC_MORE;
	default:
		*reason = xz_reason(status);
		return CODEC_BAD;
	}
}

static const struct codec codecs[] = {
    {"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_close, gzip_begin, gzip_run},
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_close, zstd_begin,
	zstd_run},
    {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_open, lz4_close, lz4_begin,
	lz4_run},
    {"xz", {0xfd, '7', 'z', 'X', 'Z', 0x00}, 6, xz_open, xz_close, xz_begin,
	xz_run},
};

const struct codec *codec_of(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (len >= codecs[i].magic_len &&
		    memcmp(head, codecs[i].magic, codecs[i].magic_len) == 0)
			return &codecs[i];
	return NULL;
}
