// Compression, and the loops of file formats that Swift does not say well.
//
// zlib, zstd, lz4 and brotli are opened when a file first asks for them: an installation needs none
// of them. Snappy, which most Parquet files use, is here. No system header is included.
#pragma once

/// The codecs; GZIP reads zlib's streams too.
enum {
  APUS_CODEC_SNAPPY = 1,
  APUS_CODEC_GZIP = 2,
  APUS_CODEC_BROTLI = 3,
  APUS_CODEC_LZ4_BLOCK = 4,
  APUS_CODEC_ZSTD = 5,
  APUS_CODEC_LZ4_FRAME = 6,
};

/// What the functions below answer instead of a count.
enum {
  APUS_CODEC_CORRUPT = -1,
  APUS_CODEC_MISSING = -2,
};

/// Whether the codec's library is there, opening it if need be.
int apus_codec_is_there(int codec);

/// Decompresses a whole block of which the result's size is known not to pass `capacity`; how many
/// bytes it has.
long apus_decompress(
    int codec, const void *source, long count, void *target, long capacity);

/// How many bytes a compressed block of `count` has at most.
long apus_compress_bound(int codec, long count);

/// Compresses a block; how many bytes the result has. Level 0 is the codec's usual one.
long apus_compress(
    int codec, int level, const void *source, long count, void *target, long capacity);

/// A stream of GZIP (all members), ZSTD or LZ4_FRAME to be decompressed in pieces; null when the
/// library is missing.
void *apus_inflater_open(int codec);

/// Takes bytes from `source` (how many is written to `used`) and gives bytes to `target`; how many,
/// or APUS_CODEC_CORRUPT. `is_complete` tells whether a member or frame has just ended.
long apus_inflater_step(
    void *stream, const void *source, long count, long *used, void *target, long capacity,
    int *is_complete);

/// Lets go of the stream.
void apus_inflater_close(void *stream);

/// The number of bytes that a block of snappy says it has, or -1.
long apus_snappy_length(const void *source, long count);
long apus_snappy_decompress(const void *source, long count, void *target, long capacity);
long apus_snappy_bound(long count);
long apus_snappy_compress(const void *source, long count, void *target);

/// Unpacks `count` numbers of `width` (0 to 32) bits each, lowest bit first; up to 7 numbers more
/// are written. 8 bytes behind the packed ones may be read.
void apus_unpack32(const unsigned char *source, int width, long count, unsigned int *target);

/// The same for widths to 64.
void apus_unpack64(const unsigned char *source, int width, long count, unsigned long *target);

/// The greatest of some numbers, 0 for none.
unsigned int apus_max32(const unsigned int *values, long count);

/// `target[i] = table[places[i]]` for entries of 1, 2, 4, 8 or 16 bytes.
void apus_gather(
    const void *table, const unsigned int *places, long count, int width, void *target);

/// Moves the first values of `values` apart, from the last to the first, so that each stands at a
/// row whose bit is set; zeros stand at the others. `bits` starts with bit `first`.
void apus_spread(void *values, int width, const unsigned long *bits, long first, long rows, long present);

/// Sets bit `first + i` where `levels[i] == wanted`; the bits must be 0. How many were set.
long apus_mark_equal(
    const unsigned int *levels, long count, unsigned int wanted, unsigned long *bits, long first);

/// Sets bits `first` to `first + count - 1`.
void apus_set_bits(unsigned long *bits, long first, long count);

/// Copies `count` bits; those of `target` must be 0.
void apus_copy_bits(
    const unsigned long *source, long source_first, unsigned long *target, long target_first, long count);

/// Whether the bytes are UTF-8.
int apus_is_utf8(const unsigned char *bytes, long count);

/// The bytes of `count` values of `width` bytes, the k-th bytes of all one after the other, put
/// together; and the reverse.
void apus_join_streams(const unsigned char *source, long count, int width, unsigned char *target);
void apus_split_streams(const unsigned char *source, long count, int width, unsigned char *target);

/// Packs numbers below 2^width, lowest bit first, in (count * width + 7) / 8 bytes.
void apus_pack(const unsigned long *values, long count, int width, unsigned char *target);

/// Below 0, 0 or above 0 as the first bytes come before, are, or come after the second.
int apus_compare(const unsigned char *left, long left_count, const unsigned char *right, long right_count);
