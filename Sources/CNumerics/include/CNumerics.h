// What Swift cannot say, or not well: hints to the processor, and the flag that stops a query.
// No system header is included here: every cell that imports Apus reads this file.
#pragma once

/// Set to 1 to stop the queries that run; they end with an error within a chunk of rows. Whoever
/// sets it sets it back to 0 before the next query.
extern int apus_cancel_requested;

/// Whether the running queries are to stop.
static inline int apus_is_cancelled(void) {
  return __atomic_load_n(&apus_cancel_requested, __ATOMIC_RELAXED);
}

/// Sets or clears the flag.
static inline void apus_set_cancelled(int wanted) {
  __atomic_store_n(&apus_cancel_requested, wanted, __ATOMIC_RELAXED);
}

/// Tells the processor that `address` will be read soon.
static inline void apus_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Sets bits that other threads may be setting in the same word.
static inline void apus_or(unsigned long *word, unsigned long bits) {
  __atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
}

/// Moves the bits of each word that `mask` names together, in their order, to the low end.
void apus_squeeze(const unsigned long *words, unsigned long mask, unsigned long *target, long count);

/// How many processors this process may run on.
int apus_processor_count(void);

/// For each 64 bytes a word with a bit for every byte that is one of four.
void apus_mark_bytes(
    const unsigned char *bytes, long word_count, unsigned char a, unsigned char b, unsigned char c,
    unsigned char d, unsigned long *words);

/// How many of the bytes are `wanted`, and whether one is above 127.
long apus_count_byte(const unsigned char *bytes, long count, unsigned char wanted, int *is_wide);

/// What some bytes hold: quotes, carriage returns, line ends, line ends right behind others, and
/// whether any byte is not ASCII.
struct apus_text_counts {
  long quotes, returns, line_ends, blank_lines;
  int is_wide;
};

/// Counts what `count` bytes hold, which follow `before`; the number of line ends.
long apus_count_text(
    const unsigned char *bytes, long count, unsigned char before, unsigned char quote,
    struct apus_text_counts *counts);

/// Where `part` first stands in `bytes`; -1 where it does not.
long apus_find(const unsigned char *bytes, long count, const unsigned char *part, long part_count);
