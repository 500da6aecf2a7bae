// Snappy's block format, as its format_description.txt has it: a length, then literals and copies of
// what stands before. Nothing is read or written outside the two ranges.
#include "CFormats.h"

#include <stdint.h>
#include <string.h>

static const uint8_t *read_length(const uint8_t *at, const uint8_t *end, uint64_t *length) {
  uint64_t value = 0;
  for (int shift = 0; shift < 35 && at < end; shift += 7) {
    uint8_t byte = *at++;
    value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128) {
      *length = value;
      return value >> 32 ? 0 : at;
    }
  }
  return 0;
}

long apus_snappy_length(const void *source, long count) {
  uint64_t length;
  const uint8_t *start = source;
  return read_length(start, start + count, &length) ? (long)length : -1;
}

static inline void copy_match(uint8_t *out, long offset, long length, const uint8_t *out_limit) {
  const uint8_t *from = out - offset;
  if (offset >= 16 && out + length + 16 <= out_limit) {
    for (long i = 0; i < length; i += 16) memcpy(out + i, from + i, 16);
  } else if (offset >= 8 && out + length + 8 <= out_limit) {
    for (long i = 0; i < length; i += 8) memcpy(out + i, from + i, 8);
  } else {
    for (long i = 0; i < length; i++) out[i] = from[i];
  }
}

long apus_snappy_decompress(const void *source, long count, void *target, long capacity) {
  const uint8_t *at = source, *end = at + count;
  uint64_t length;
  at = read_length(at, end, &length);
  if (!at || (long)length > capacity) return APUS_CODEC_CORRUPT;
  uint8_t *start = target, *out = start, *limit = start + length;
  const uint8_t *slack = start + capacity;
  while (at < end) {
    uint8_t tag = *at++;
    if ((tag & 3) == 0) {
      long size = (tag >> 2) + 1;
      if (size <= 16 && end - at >= 16 && slack - out >= 16 && limit - out >= size) {
        memcpy(out, at, 16);
        at += size;
        out += size;
        continue;
      }
      if (size > 60) {
        int extra = (int)size - 60;
        if (end - at < extra) return APUS_CODEC_CORRUPT;
        size = 0;
        for (int i = 0; i < extra; i++) size |= (long)at[i] << (8 * i);
        size += 1;
        at += extra;
      }
      if (end - at < size || limit - out < size) return APUS_CODEC_CORRUPT;
      memcpy(out, at, (size_t)size);
      at += size;
      out += size;
      continue;
    }
    long size, offset;
    switch (tag & 3) {
      case 1:
        if (end - at < 1) return APUS_CODEC_CORRUPT;
        size = 4 + ((tag >> 2) & 7);
        offset = (long)(tag >> 5) << 8 | at[0];
        at += 1;
        break;
      case 2:
        if (end - at < 2) return APUS_CODEC_CORRUPT;
        size = (tag >> 2) + 1;
        offset = at[0] | (long)at[1] << 8;
        at += 2;
        break;
      default:
        if (end - at < 4) return APUS_CODEC_CORRUPT;
        size = (tag >> 2) + 1;
        offset = at[0] | (long)at[1] << 8 | (long)at[2] << 16 | (long)at[3] << 24;
        at += 4;
    }
    if (offset == 0 || offset > out - start || limit - out < size) return APUS_CODEC_CORRUPT;
    copy_match(out, offset, size, slack);
    out += size;
  }
  return out == limit ? (long)length : APUS_CODEC_CORRUPT;
}

long apus_snappy_bound(long count) { return 32 + count + count / 6; }

static uint8_t *put_literal(uint8_t *out, const uint8_t *from, long size) {
  if (size == 0) return out;
  if (size <= 60) {
    *out++ = (uint8_t)((size - 1) << 2);
  } else {
    long rest = size - 1;
    int extra = rest < 256 ? 1 : rest < 65536 ? 2 : rest < 1 << 24 ? 3 : 4;
    *out++ = (uint8_t)((59 + extra) << 2);
    for (int i = 0; i < extra; i++) *out++ = (uint8_t)(rest >> (8 * i));
  }
  memcpy(out, from, (size_t)size);
  return out + size;
}

static uint8_t *put_copy(uint8_t *out, long offset, long size) {
  while (size > 0) {
    long part = size > 64 ? (size - 64 < 4 ? 60 : 64) : size;
    if (part >= 4 && part <= 11 && offset < 2048) {
      *out++ = (uint8_t)(1 | (part - 4) << 2 | (offset >> 8) << 5);
      *out++ = (uint8_t)offset;
    } else {
      *out++ = (uint8_t)(2 | (part - 1) << 2);
      *out++ = (uint8_t)offset;
      *out++ = (uint8_t)(offset >> 8);
    }
    size -= part;
  }
  return out;
}

static inline uint32_t load32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

long apus_snappy_compress(const void *source, long count, void *target) {
  const uint8_t *from = source;
  uint8_t *out = target;
  uint64_t length = (uint64_t)count;
  while (length >= 128) {
    *out++ = (uint8_t)(length | 128);
    length >>= 7;
  }
  *out++ = (uint8_t)length;
  uint16_t table[1 << 14];
  // Blocks of 64 KiB, so that an offset takes two bytes.
  for (long first = 0; first < count; first += 1 << 16) {
    const uint8_t *block = from + first;
    long size = count - first < 1 << 16 ? count - first : 1 << 16;
    memset(table, 0, sizeof table);
    long at = 1, literal = 0, skip = 32;
    while (at + 4 <= size) {
      uint32_t word = load32(block + at);
      uint32_t hash = (word * 0x1e35a7bdu) >> 18;
      long candidate = table[hash];
      table[hash] = (uint16_t)at;
      if (candidate >= at || load32(block + candidate) != word) {
        at += skip++ >> 5;
        continue;
      }
      out = put_literal(out, block + literal, at - literal);
      long matched = 4;
      while (at + matched < size && block[candidate + matched] == block[at + matched]) matched++;
      out = put_copy(out, at - candidate, matched);
      at += matched;
      literal = at;
      skip = 32;
    }
    out = put_literal(out, block + literal, size - literal);
  }
  return out - (uint8_t *)target;
}
