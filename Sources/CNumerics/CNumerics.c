#define _GNU_SOURCE
#include "CNumerics.h"

#include <sched.h>
#include <string.h>

int apus_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

int apus_cancel_requested = 0;

// Plain loops that the compiler makes vector code of, for the processor that they run on.
#if defined(__x86_64__)
#define APUS_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define APUS_CLONES
#endif

static void squeeze_plain(
    const unsigned long *words, unsigned long mask, unsigned long *target, long count) {
  for (long i = 0; i < count; i++) {
    unsigned long word = words[i], result = 0;
    int place = 0;
    for (unsigned long rest = mask; rest != 0; rest &= rest - 1)
      result |= ((word >> __builtin_ctzl(rest)) & 1) << place++;
    target[i] = result;
  }
}

static void mark_plain(
    const unsigned char *bytes, long word_count, unsigned char a, unsigned char b, unsigned char c,
    unsigned char d, unsigned long *words) {
  for (long word = 0; word < word_count; word++) {
    unsigned long bits = 0;
    for (int place = 0; place < 64; place++) {
      unsigned char byte = bytes[word * 64 + place];
      bits |= (unsigned long)(byte == a || byte == b || byte == c || byte == d) << place;
    }
    words[word] = bits;
  }
}

APUS_CLONES long apus_count_byte(const unsigned char *bytes, long count, unsigned char wanted, int *is_wide) {
  long total = 0;
  unsigned char seen = 0;
  for (long start = 0; start < count; start += 128) {
    long end = count - start < 128 ? count : start + 128;
    unsigned char found = 0;
    for (long i = start; i < end; i++) {
      found += bytes[i] == wanted;
      seen |= bytes[i];
    }
    total += found;
  }
  *is_wide = seen > 127;
  return total;
}

APUS_CLONES long apus_count_text(
    const unsigned char *bytes, long count, unsigned char before, unsigned char quote,
    struct apus_text_counts *counts) {
  long quotes = 0, returns = 0, line_ends = 0, blank_lines = 0;
  unsigned char seen = 0;
  if (count > 0) {
    seen = bytes[0];
    quotes = bytes[0] == quote;
    returns = bytes[0] == 13;
    line_ends = bytes[0] == 10;
    blank_lines = bytes[0] == 10 && before == 10;
  }
  for (long start = 1; start < count; start += 128) {
    const unsigned char *block = bytes + start;
    long length = count - start < 128 ? count - start : 128;
    unsigned char found[4] = {0, 0, 0, 0};
    for (long i = 0; i < length; i++) {
      unsigned char byte = block[i];
      unsigned char is_end = byte == 10;
      found[0] += byte == quote;
      found[1] += byte == 13;
      found[2] += is_end;
      found[3] += is_end & (block[i - 1] == 10);
      seen |= byte;
    }
    quotes += found[0];
    returns += found[1];
    line_ends += found[2];
    blank_lines += found[3];
  }
  counts->quotes = quotes;
  counts->returns = returns;
  counts->line_ends = line_ends;
  counts->blank_lines = blank_lines;
  counts->is_wide = seen > 127;
  return line_ends;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("bmi2"))) static void squeeze_bmi2(
    const unsigned long *words, unsigned long mask, unsigned long *target, long count) {
  for (long i = 0; i < count; i++) target[i] = _pext_u64(words[i], mask);
}

void apus_squeeze(
    const unsigned long *words, unsigned long mask, unsigned long *target, long count) {
  if (__builtin_cpu_supports("bmi2")) squeeze_bmi2(words, mask, target, count);
  else squeeze_plain(words, mask, target, count);
}

__attribute__((target("avx2"))) static void mark_avx2(
    const unsigned char *bytes, long word_count, unsigned char a, unsigned char b, unsigned char c,
    unsigned char d, unsigned long *words) {
  __m256i wa = _mm256_set1_epi8((char)a), wb = _mm256_set1_epi8((char)b);
  __m256i wc = _mm256_set1_epi8((char)c), wd = _mm256_set1_epi8((char)d);
  for (long word = 0; word < word_count; word++) {
    unsigned long bits = 0;
    for (int half = 0; half < 2; half++) {
      __m256i part = _mm256_loadu_si256((const __m256i *)(bytes + word * 64 + half * 32));
      __m256i found = _mm256_or_si256(
          _mm256_or_si256(_mm256_cmpeq_epi8(part, wa), _mm256_cmpeq_epi8(part, wb)),
          _mm256_or_si256(_mm256_cmpeq_epi8(part, wc), _mm256_cmpeq_epi8(part, wd)));
      bits |= (unsigned long)(unsigned int)_mm256_movemask_epi8(found) << (half * 32);
    }
    words[word] = bits;
  }
}

void apus_mark_bytes(
    const unsigned char *bytes, long word_count, unsigned char a, unsigned char b, unsigned char c,
    unsigned char d, unsigned long *words) {
  if (__builtin_cpu_supports("avx2")) mark_avx2(bytes, word_count, a, b, c, d, words);
  else mark_plain(bytes, word_count, a, b, c, d, words);
}
#else
void apus_mark_bytes(
    const unsigned char *bytes, long word_count, unsigned char a, unsigned char b, unsigned char c,
    unsigned char d, unsigned long *words) {
  mark_plain(bytes, word_count, a, b, c, d, words);
}

void apus_squeeze(
    const unsigned long *words, unsigned long mask, unsigned long *target, long count) {
  squeeze_plain(words, mask, target, count);
}
#endif

long apus_find(const unsigned char *bytes, long count, const unsigned char *part, long part_count) {
  const unsigned char *found = memmem(bytes, (size_t)count, part, (size_t)part_count);
  return found ? found - bytes : -1;
}
