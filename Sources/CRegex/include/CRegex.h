// Regular expressions by PCRE2, which is opened when the first one is compiled: a worker that uses
// none does not load it. No system header is included here: every cell that imports Apus reads this
// file.
#pragma once

/// A compiled pattern; threads may share it.
typedef struct apus_regex apus_regex;

/// Room for the work of one match at a time; each thread needs its own.
typedef struct apus_regex_scratch apus_regex_scratch;

enum {
  apus_regex_ignores_case = 1,
  apus_regex_multiline = 2,
  apus_regex_dot_matches_newline = 4,
};

/// Compiles a pattern of `count` bytes. On failure nothing is returned, `message` holds the reason
/// and `offset` the byte of the pattern, or -1 when the library is not there.
apus_regex *apus_regex_compile(
    const unsigned char *pattern, long count, int options, char *message, long message_size,
    long *offset);

void apus_regex_free(apus_regex *regex);

/// How many groups the pattern captures, the whole match not counted.
int apus_regex_group_count(const apus_regex *regex);

/// The number of a named group, or -1.
int apus_regex_group_number(const apus_regex *regex, const char *name);

apus_regex_scratch *apus_regex_scratch_make(const apus_regex *regex);
void apus_regex_scratch_free(apus_regex_scratch *scratch);

/// Looks for the first match from `start` on. 1 when there is one: `bounds` then holds the start and
/// end of the match and of each group, -1 for a group that took no part. 0 when there is none, below
/// 0 when the pattern needs more steps than PCRE2 allows.
int apus_regex_match(
    const apus_regex *regex, apus_regex_scratch *scratch, const unsigned char *text, long count,
    long start, long *bounds);
