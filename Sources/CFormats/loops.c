// Loops over packed numbers, bits and bytes.
#include "CFormats.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define APUS_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define APUS_CLONES
#endif

static inline uint64_t load64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return value;
}

// A width that is a constant where this is inlined: shifts and offsets are then constants too.
static inline __attribute__((always_inline)) void unpack_groups(
    const unsigned char *source, long groups, const int width, unsigned int *target) {
  const uint32_t mask = width == 32 ? ~0u : (1u << width) - 1;
  for (long group = 0; group < groups; group++) {
    for (int i = 0; i < 8; i++)
      target[i] = (uint32_t)(load64(source + i * width / 8) >> (i * width & 7)) & mask;
    source += width;
    target += 8;
  }
}

#define WIDTH(w) case w: unpack_groups(source, groups, w, target); break;
APUS_CLONES void apus_unpack32(const unsigned char *source, int width, long count, unsigned int *target) {
  long groups = (count + 7) / 8;
  switch (width) {
    case 0: memset(target, 0, (size_t)groups * 32); break;
    WIDTH(1) WIDTH(2) WIDTH(3) WIDTH(4) WIDTH(5) WIDTH(6) WIDTH(7) WIDTH(8)
    WIDTH(9) WIDTH(10) WIDTH(11) WIDTH(12) WIDTH(13) WIDTH(14) WIDTH(15) WIDTH(16)
    WIDTH(17) WIDTH(18) WIDTH(19) WIDTH(20) WIDTH(21) WIDTH(22) WIDTH(23) WIDTH(24)
    WIDTH(25) WIDTH(26) WIDTH(27) WIDTH(28) WIDTH(29) WIDTH(30) WIDTH(31) WIDTH(32)
  }
}

void apus_unpack64(const unsigned char *source, int width, long count, unsigned long *target) {
  if (width == 0) {
    memset(target, 0, (size_t)count * 8);
    return;
  }
  const uint64_t mask = width == 64 ? ~0ul : (1ul << width) - 1;
  for (long i = 0; i < count; i++) {
    long bit = i * width, shift = bit & 7;
    uint64_t low = load64(source + bit / 8) >> shift;
    if (shift + width > 64) low |= (uint64_t)source[bit / 8 + 8] << (64 - shift);
    target[i] = low & mask;
  }
}

APUS_CLONES unsigned int apus_max32(const unsigned int *values, long count) {
  unsigned int most = 0;
  for (long i = 0; i < count; i++) most = values[i] > most ? values[i] : most;
  return most;
}

typedef struct { uint64_t low, high; } pair;

#define GATHER(type) { \
    const type *from = table; \
    type *to = target; \
    for (long i = 0; i < count; i++) to[i] = from[places[i]]; \
    break; \
  }
void apus_gather(const void *table, const unsigned int *places, long count, int width, void *target) {
  switch (width) {
    case 1: GATHER(uint8_t)
    case 2: GATHER(uint16_t)
    case 4: GATHER(uint32_t)
    case 8: GATHER(uint64_t)
    case 16: GATHER(pair)
  }
}

#define SPREAD(type, zero) { \
    type *at = values; \
    for (long row = rows - 1; row >= 0; row--) { \
      long bit = first + row; \
      if (bits[bit >> 6] >> (bit & 63) & 1) at[row] = at[--present]; \
      else at[row] = zero; \
    } \
    break; \
  }
void apus_spread(
    void *values, int width, const unsigned long *bits, long first, long rows, long present) {
  switch (width) {
    case 1: SPREAD(uint8_t, 0)
    case 2: SPREAD(uint16_t, 0)
    case 4: SPREAD(uint32_t, 0)
    case 8: SPREAD(uint64_t, 0)
    case 16: SPREAD(pair, ((pair){0, 0}))
  }
}

long apus_mark_equal(
    const unsigned int *levels, long count, unsigned int wanted, unsigned long *bits, long first) {
  long total = 0, i = 0;
  while (i < count) {
    long bit = first + i, shift = bit & 63, end = count - i < 64 - shift ? count - i : 64 - shift;
    uint64_t word = 0;
    for (long j = 0; j < end; j++) word |= (uint64_t)(levels[i + j] == wanted) << j;
    bits[bit >> 6] |= word << shift;
    total += __builtin_popcountl(word);
    i += end;
  }
  return total;
}

void apus_set_bits(unsigned long *bits, long first, long count) {
  while (count > 0) {
    long shift = first & 63, part = count < 64 - shift ? count : 64 - shift;
    uint64_t mask = part == 64 ? ~0ul : (1ul << part) - 1;
    bits[first >> 6] |= mask << shift;
    first += part;
    count -= part;
  }
}

void apus_copy_bits(
    const unsigned long *source, long source_first, unsigned long *target, long target_first, long count) {
  while (count > 0) {
    long to = target_first & 63, from = source_first & 63;
    long part = count < 64 - to ? count : 64 - to;
    uint64_t word = source[source_first >> 6] >> from;
    if (from + part > 64) word |= source[(source_first >> 6) + 1] << (64 - from);
    if (part < 64) word &= (1ul << part) - 1;
    target[target_first >> 6] |= word << to;
    source_first += part;
    target_first += part;
    count -= part;
  }
}

int apus_is_utf8(const unsigned char *at, long count) {
  const unsigned char *end = at + count;
  while (at < end) {
    while (end - at >= 8 && !(load64(at) & 0x8080808080808080ul)) at += 8;
    if (at >= end) break;
    unsigned char byte = *at;
    if (byte < 0x80) {
      at += 1;
    } else if (byte < 0xc2) {
      return 0;
    } else if (byte < 0xe0) {
      if (end - at < 2 || (at[1] & 0xc0) != 0x80) return 0;
      at += 2;
    } else if (byte < 0xf0) {
      if (end - at < 3 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80) return 0;
      // Neither longer than needed nor half of a pair of UTF-16.
      if ((byte == 0xe0 && at[1] < 0xa0) || (byte == 0xed && at[1] > 0x9f)) return 0;
      at += 3;
    } else {
      if (byte > 0xf4 || end - at < 4 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80 ||
          (at[3] & 0xc0) != 0x80)
        return 0;
      if ((byte == 0xf0 && at[1] < 0x90) || (byte == 0xf4 && at[1] > 0x8f)) return 0;
      at += 4;
    }
  }
  return 1;
}

void apus_join_streams(const unsigned char *source, long count, int width, unsigned char *target) {
  for (int k = 0; k < width; k++)
    for (long i = 0; i < count; i++) target[i * width + k] = source[(long)k * count + i];
}

void apus_split_streams(const unsigned char *source, long count, int width, unsigned char *target) {
  for (int k = 0; k < width; k++)
    for (long i = 0; i < count; i++) target[(long)k * count + i] = source[i * width + k];
}

void apus_pack(const unsigned long *values, long count, int width, unsigned char *target) {
  unsigned long held = 0;
  int bits = 0;
  for (long i = 0; i < count; i++) {
    unsigned long value = values[i];
    held |= value << bits;
    if (bits + width >= 64) {
      memcpy(target, &held, 8);
      target += 8;
      int used = 64 - bits;
      held = used < 64 ? value >> used : 0;
      bits = bits + width - 64;
    } else {
      bits += width;
    }
  }
  for (; bits > 0; bits -= 8) {
    *target++ = (unsigned char)held;
    held >>= 8;
  }
}

int apus_compare(const unsigned char *left, long left_count, const unsigned char *right, long right_count) {
  int order = memcmp(left, right, (size_t)(left_count < right_count ? left_count : right_count));
  return order ? order : (left_count > right_count) - (left_count < right_count);
}
