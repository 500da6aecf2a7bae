// The libraries of compression, opened at first use. Their functions are declared here as their
// stable interfaces have them, so that no development package is needed to build.
#include "CFormats.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const unsigned char *next_in;
  unsigned avail_in;
  unsigned long total_in;
  unsigned char *next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char *msg;
  void *state;
  void *zalloc, *zfree, *opaque;
  int data_type;
  unsigned long adler, reserved;
} z_stream;

typedef struct { const void *source; size_t size, place; } zstd_in;
typedef struct { void *target; size_t size, place; } zstd_out;

static struct {
  int (*inflateInit2_)(z_stream *, int, const char *, int);
  int (*inflate)(z_stream *, int);
  int (*inflateReset)(z_stream *);
  int (*inflateEnd)(z_stream *);
  int (*deflateInit2_)(z_stream *, int, int, int, int, int, const char *, int);
  int (*deflate)(z_stream *, int);
  int (*deflateEnd)(z_stream *);
  unsigned long (*deflateBound)(z_stream *, unsigned long);
} zlib;

static struct {
  void *(*createDCtx)(void);
  size_t (*decompressDCtx)(void *, void *, size_t, const void *, size_t);
  size_t (*freeDCtx)(void *);
  void *(*createCCtx)(void);
  size_t (*compressCCtx)(void *, void *, size_t, const void *, size_t, int);
  size_t (*freeCCtx)(void *);
  size_t (*compressBound)(size_t);
  unsigned (*isError)(size_t);
  size_t (*decompressStream)(void *, zstd_out *, zstd_in *);
} zstd;

static struct {
  int (*decompress_safe)(const char *, char *, int, int);
  int (*compress_default)(const char *, char *, int, int);
  size_t (*createDecompressionContext)(void **, unsigned);
  size_t (*freeDecompressionContext)(void *);
  size_t (*frame_decompress)(void *, void *, size_t *, const void *, size_t *, const void *);
  size_t (*compressFrame)(void *, size_t, const void *, size_t, const void *);
  size_t (*compressFrameBound)(size_t, const void *);
  unsigned (*isError)(size_t);
} lz4;

static struct {
  int (*decompress)(size_t, const uint8_t *, size_t *, uint8_t *);
  int (*compress)(int, int, int, size_t, const uint8_t *, size_t *, uint8_t *);
  size_t (*maxCompressedSize)(size_t);
} brotli;

static int is_there[8];
static pthread_once_t once[8] = {
    PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT,
    PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT,
};

#define FIND(library, table, field, symbol) \
  if (!(*(void **)&table.field = dlsym(library, symbol))) return

static void open_zlib(void) {
  void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  FIND(library, zlib, inflateInit2_, "inflateInit2_");
  FIND(library, zlib, inflate, "inflate");
  FIND(library, zlib, inflateReset, "inflateReset");
  FIND(library, zlib, inflateEnd, "inflateEnd");
  FIND(library, zlib, deflateInit2_, "deflateInit2_");
  FIND(library, zlib, deflate, "deflate");
  FIND(library, zlib, deflateEnd, "deflateEnd");
  FIND(library, zlib, deflateBound, "deflateBound");
  is_there[APUS_CODEC_GZIP] = 1;
}

static void open_zstd(void) {
  void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  FIND(library, zstd, createDCtx, "ZSTD_createDCtx");
  FIND(library, zstd, decompressDCtx, "ZSTD_decompressDCtx");
  FIND(library, zstd, freeDCtx, "ZSTD_freeDCtx");
  FIND(library, zstd, createCCtx, "ZSTD_createCCtx");
  FIND(library, zstd, compressCCtx, "ZSTD_compressCCtx");
  FIND(library, zstd, freeCCtx, "ZSTD_freeCCtx");
  FIND(library, zstd, compressBound, "ZSTD_compressBound");
  FIND(library, zstd, isError, "ZSTD_isError");
  FIND(library, zstd, decompressStream, "ZSTD_decompressStream");
  is_there[APUS_CODEC_ZSTD] = 1;
}

static void open_lz4(void) {
  void *library = dlopen("liblz4.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  FIND(library, lz4, decompress_safe, "LZ4_decompress_safe");
  FIND(library, lz4, compress_default, "LZ4_compress_default");
  FIND(library, lz4, createDecompressionContext, "LZ4F_createDecompressionContext");
  FIND(library, lz4, freeDecompressionContext, "LZ4F_freeDecompressionContext");
  FIND(library, lz4, frame_decompress, "LZ4F_decompress");
  FIND(library, lz4, compressFrame, "LZ4F_compressFrame");
  FIND(library, lz4, compressFrameBound, "LZ4F_compressFrameBound");
  FIND(library, lz4, isError, "LZ4F_isError");
  is_there[APUS_CODEC_LZ4_BLOCK] = 1;
}

static void open_brotli(void) {
  void *decoder = dlopen("libbrotlidec.so.1", RTLD_NOW | RTLD_LOCAL);
  void *encoder = dlopen("libbrotlienc.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!decoder || !encoder) return;
  FIND(decoder, brotli, decompress, "BrotliDecoderDecompress");
  FIND(encoder, brotli, compress, "BrotliEncoderCompress");
  FIND(encoder, brotli, maxCompressedSize, "BrotliEncoderMaxCompressedSize");
  is_there[APUS_CODEC_BROTLI] = 1;
}

int apus_codec_is_there(int codec) {
  switch (codec) {
    case APUS_CODEC_SNAPPY: return 1;
    case APUS_CODEC_GZIP: pthread_once(&once[codec], open_zlib); return is_there[codec];
    case APUS_CODEC_ZSTD: pthread_once(&once[codec], open_zstd); return is_there[codec];
    case APUS_CODEC_BROTLI: pthread_once(&once[codec], open_brotli); return is_there[codec];
    case APUS_CODEC_LZ4_BLOCK:
    case APUS_CODEC_LZ4_FRAME:
      pthread_once(&once[APUS_CODEC_LZ4_BLOCK], open_lz4);
      return is_there[APUS_CODEC_LZ4_BLOCK];
    default: return 0;
  }
}

// zlib counts in 32 bits: more is given to it in parts.
static const long zlib_part = 1 << 30;

static long inflate_all(const unsigned char *source, long count, unsigned char *target, long capacity) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // 32: a header of gzip or of zlib, whichever is there.
  if (zlib.inflateInit2_(&stream, 15 + 32, "1.2.11", (int)sizeof stream) != 0) return APUS_CODEC_CORRUPT;
  long used = 0, made = 0;
  int code = 0;
  while (1) {
    long in = count - used < zlib_part ? count - used : zlib_part;
    long out = capacity - made < zlib_part ? capacity - made : zlib_part;
    stream.next_in = source + used;
    stream.avail_in = (unsigned)in;
    stream.next_out = target + made;
    stream.avail_out = (unsigned)out;
    code = zlib.inflate(&stream, 0);
    used += in - stream.avail_in;
    made += out - stream.avail_out;
    if (code == 1) {
      if (used >= count) break;
      if (zlib.inflateReset(&stream) != 0) break;
      continue;
    }
    if (code != 0 || (in - stream.avail_in == 0 && out - stream.avail_out == 0)) break;
  }
  zlib.inflateEnd(&stream);
  return code == 1 ? made : APUS_CODEC_CORRUPT;
}

static long deflate_all(int level, const unsigned char *source, long count, unsigned char *target, long capacity) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (zlib.deflateInit2_(&stream, level ? level : 6, 8, 15 + 16, 8, 0, "1.2.11", (int)sizeof stream) != 0)
    return APUS_CODEC_CORRUPT;
  long used = 0, made = 0;
  int code = 0;
  while (code == 0) {
    long in = count - used < zlib_part ? count - used : zlib_part;
    long out = capacity - made < zlib_part ? capacity - made : zlib_part;
    stream.next_in = source + used;
    stream.avail_in = (unsigned)in;
    stream.next_out = target + made;
    stream.avail_out = (unsigned)out;
    code = zlib.deflate(&stream, used + in == count ? 4 : 0);
    used += in - stream.avail_in;
    made += out - stream.avail_out;
  }
  zlib.deflateEnd(&stream);
  return code == 1 ? made : APUS_CODEC_CORRUPT;
}

// A thread keeps its contexts of zstd: to make them takes longer than a small page does.
static pthread_key_t decompressor_key, compressor_key;
static pthread_once_t keys_once = PTHREAD_ONCE_INIT;
static void free_decompressor(void *context) { zstd.freeDCtx(context); }
static void free_compressor(void *context) { zstd.freeCCtx(context); }
static void make_keys(void) {
  pthread_key_create(&decompressor_key, free_decompressor);
  pthread_key_create(&compressor_key, free_compressor);
}

static void *zstd_context(int compresses) {
  pthread_once(&keys_once, make_keys);
  pthread_key_t key = compresses ? compressor_key : decompressor_key;
  void *context = pthread_getspecific(key);
  if (!context) {
    context = compresses ? zstd.createCCtx() : zstd.createDCtx();
    pthread_setspecific(key, context);
  }
  return context;
}

static long lz4_frames(const unsigned char *source, long count, unsigned char *target, long capacity) {
  void *context = 0;
  if (lz4.isError(lz4.createDecompressionContext(&context, 100))) return APUS_CODEC_CORRUPT;
  long used = 0, made = 0;
  size_t hint = 1;
  while (used < count) {
    size_t in = (size_t)(count - used), out = (size_t)(capacity - made);
    hint = lz4.frame_decompress(context, target + made, &out, source + used, &in, 0);
    if (lz4.isError(hint) || (in == 0 && out == 0)) {
      hint = 1;
      break;
    }
    used += (long)in;
    made += (long)out;
  }
  lz4.freeDecompressionContext(context);
  return hint == 0 && used == count ? made : APUS_CODEC_CORRUPT;
}

long apus_decompress(int codec, const void *source, long count, void *target, long capacity) {
  if (!apus_codec_is_there(codec)) return APUS_CODEC_MISSING;
  switch (codec) {
    case APUS_CODEC_SNAPPY: return apus_snappy_decompress(source, count, target, capacity);
    case APUS_CODEC_GZIP: return inflate_all(source, count, target, capacity);
    case APUS_CODEC_ZSTD: {
      void *context = zstd_context(0);
      if (!context) return APUS_CODEC_CORRUPT;
      size_t made = zstd.decompressDCtx(context, target, (size_t)capacity, source, (size_t)count);
      return zstd.isError(made) ? APUS_CODEC_CORRUPT : (long)made;
    }
    case APUS_CODEC_BROTLI: {
      size_t made = (size_t)capacity;
      return brotli.decompress((size_t)count, source, &made, target) == 1 ? (long)made : APUS_CODEC_CORRUPT;
    }
    case APUS_CODEC_LZ4_BLOCK: {
      if (count > INT32_MAX || capacity > INT32_MAX) return APUS_CODEC_CORRUPT;
      int made = lz4.decompress_safe(source, target, (int)count, (int)capacity);
      return made < 0 ? APUS_CODEC_CORRUPT : made;
    }
    default: return lz4_frames(source, count, target, capacity);
  }
}

long apus_compress_bound(int codec, long count) {
  if (!apus_codec_is_there(codec)) return APUS_CODEC_MISSING;
  switch (codec) {
    case APUS_CODEC_SNAPPY: return apus_snappy_bound(count);
    case APUS_CODEC_GZIP: return count + count / 1000 + 1024;
    case APUS_CODEC_ZSTD: return (long)zstd.compressBound((size_t)count);
    case APUS_CODEC_BROTLI: return (long)brotli.maxCompressedSize((size_t)count) + 64;
    case APUS_CODEC_LZ4_BLOCK: return count + count / 255 + 16;
    default: return (long)lz4.compressFrameBound((size_t)count, 0);
  }
}

long apus_compress(int codec, int level, const void *source, long count, void *target, long capacity) {
  if (!apus_codec_is_there(codec)) return APUS_CODEC_MISSING;
  switch (codec) {
    case APUS_CODEC_SNAPPY:
      return capacity < apus_snappy_bound(count) ? APUS_CODEC_CORRUPT
                                                 : apus_snappy_compress(source, count, target);
    case APUS_CODEC_GZIP: return deflate_all(level, source, count, target, capacity);
    case APUS_CODEC_ZSTD: {
      void *context = zstd_context(1);
      if (!context) return APUS_CODEC_CORRUPT;
      size_t made = zstd.compressCCtx(
          context, target, (size_t)capacity, source, (size_t)count, level ? level : 3);
      return zstd.isError(made) ? APUS_CODEC_CORRUPT : (long)made;
    }
    case APUS_CODEC_BROTLI: {
      size_t made = (size_t)capacity;
      return brotli.compress(level ? level : 5, 22, 0, (size_t)count, source, &made, target) == 1
                 ? (long)made
                 : APUS_CODEC_CORRUPT;
    }
    case APUS_CODEC_LZ4_BLOCK: {
      if (count > INT32_MAX / 2) return APUS_CODEC_CORRUPT;
      int made = lz4.compress_default(source, target, (int)count, capacity > INT32_MAX ? INT32_MAX : (int)capacity);
      return made <= 0 ? APUS_CODEC_CORRUPT : made;
    }
    default: {
      size_t made = lz4.compressFrame(target, (size_t)capacity, source, (size_t)count, 0);
      return lz4.isError(made) ? APUS_CODEC_CORRUPT : (long)made;
    }
  }
}

typedef struct {
  int codec, is_between;
  void *context;
  z_stream zlib;
} inflater;

void *apus_inflater_open(int codec) {
  if (!apus_codec_is_there(codec)) return 0;
  inflater *stream = calloc(1, sizeof *stream);
  if (!stream) return 0;
  stream->codec = codec;
  int is_open;
  switch (codec) {
    case APUS_CODEC_GZIP:
      is_open = zlib.inflateInit2_(&stream->zlib, 15 + 32, "1.2.11", (int)sizeof stream->zlib) == 0;
      break;
    case APUS_CODEC_ZSTD: is_open = (stream->context = zstd.createDCtx()) != 0; break;
    case APUS_CODEC_LZ4_FRAME:
      is_open = !lz4.isError(lz4.createDecompressionContext(&stream->context, 100));
      break;
    default: is_open = 0;
  }
  if (is_open) return stream;
  free(stream);
  return 0;
}

long apus_inflater_step(
    void *handle, const void *source, long count, long *used, void *target, long capacity,
    int *is_complete) {
  inflater *stream = handle;
  *is_complete = 0;
  *used = 0;
  switch (stream->codec) {
    case APUS_CODEC_GZIP: {
      if (stream->is_between) {
        if (zlib.inflateReset(&stream->zlib) != 0) return APUS_CODEC_CORRUPT;
        stream->is_between = 0;
      }
      long in = count < zlib_part ? count : zlib_part, out = capacity < zlib_part ? capacity : zlib_part;
      stream->zlib.next_in = source;
      stream->zlib.avail_in = (unsigned)in;
      stream->zlib.next_out = target;
      stream->zlib.avail_out = (unsigned)out;
      int code = zlib.inflate(&stream->zlib, 0);
      if (code != 0 && code != 1 && code != -5) return APUS_CODEC_CORRUPT;
      *used = in - stream->zlib.avail_in;
      if (code == 1) *is_complete = stream->is_between = 1;
      return out - stream->zlib.avail_out;
    }
    case APUS_CODEC_ZSTD: {
      zstd_in in = {source, (size_t)count, 0};
      zstd_out out = {target, (size_t)capacity, 0};
      size_t code = zstd.decompressStream(stream->context, &out, &in);
      if (zstd.isError(code)) return APUS_CODEC_CORRUPT;
      *used = (long)in.place;
      *is_complete = code == 0;
      return (long)out.place;
    }
    default: {
      size_t in = (size_t)count, out = (size_t)capacity;
      size_t code = lz4.frame_decompress(stream->context, target, &out, source, &in, 0);
      if (lz4.isError(code)) return APUS_CODEC_CORRUPT;
      *used = (long)in;
      *is_complete = code == 0;
      return (long)out;
    }
  }
}

void apus_inflater_close(void *handle) {
  inflater *stream = handle;
  switch (stream->codec) {
    case APUS_CODEC_GZIP: zlib.inflateEnd(&stream->zlib); break;
    case APUS_CODEC_ZSTD: zstd.freeDCtx(stream->context); break;
    default: lz4.freeDecompressionContext(stream->context);
  }
  free(stream);
}
