#include "CRegex.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What is used of PCRE2's stable interface (pcre2api, 10.34 or later), written out here so that only
// the library has to be there, not its header.
typedef struct pcre2_code pcre2_code;
typedef struct pcre2_match_data pcre2_match_data;
typedef const unsigned char *PCRE2_SPTR;
typedef unsigned char PCRE2_UCHAR;
typedef size_t PCRE2_SIZE;
enum {
  PCRE2_CASELESS = 0x00000008,
  PCRE2_DOTALL = 0x00000020,
  PCRE2_MULTILINE = 0x00000400,
  PCRE2_UCP = 0x00020000,
  PCRE2_UTF = 0x00080000,
  PCRE2_MATCH_INVALID_UTF = 0x04000000,
  PCRE2_JIT_COMPLETE = 1,
  PCRE2_INFO_CAPTURECOUNT = 4,
  PCRE2_ERROR_NOMATCH = -1,
};
#define PCRE2_UNSET (~(PCRE2_SIZE)0)

static struct {
  pcre2_code *(*compile)(
      PCRE2_SPTR, PCRE2_SIZE, uint32_t, int *, PCRE2_SIZE *, void *);
  void (*code_free)(pcre2_code *);
  int (*jit_compile)(pcre2_code *, uint32_t);
  int (*pattern_info)(const pcre2_code *, uint32_t, void *);
  int (*group_number)(const pcre2_code *, PCRE2_SPTR);
  pcre2_match_data *(*data_create)(const pcre2_code *, void *);
  void (*data_free)(pcre2_match_data *);
  int (*match)(
      const pcre2_code *, PCRE2_SPTR, PCRE2_SIZE, PCRE2_SIZE, uint32_t, pcre2_match_data *,
      void *);
  PCRE2_SIZE *(*bounds)(pcre2_match_data *);
  int (*error_message)(int, PCRE2_UCHAR *, PCRE2_SIZE);
  int is_ready;
} pcre;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
  void *library = dlopen("libpcre2-8.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
#define FIND(field, name) \
  if (!(*(void **)&pcre.field = dlsym(library, name))) return
  FIND(compile, "pcre2_compile_8");
  FIND(code_free, "pcre2_code_free_8");
  FIND(jit_compile, "pcre2_jit_compile_8");
  FIND(pattern_info, "pcre2_pattern_info_8");
  FIND(group_number, "pcre2_substring_number_from_name_8");
  FIND(data_create, "pcre2_match_data_create_from_pattern_8");
  FIND(data_free, "pcre2_match_data_free_8");
  FIND(match, "pcre2_match_8");
  FIND(bounds, "pcre2_get_ovector_pointer_8");
  FIND(error_message, "pcre2_get_error_message_8");
#undef FIND
  pcre.is_ready = 1;
}

struct apus_regex {
  pcre2_code *code;
  int group_count;
};

struct apus_regex_scratch {
  pcre2_match_data *data;
};

apus_regex *apus_regex_compile(
    const unsigned char *pattern, long count, int options, char *message, long message_size,
    long *offset) {
  pthread_once(&once, open_library);
  *offset = -1;
  if (!pcre.is_ready) {
    strncpy(message, "libpcre2-8.so.0 is not there", (size_t)message_size - 1);
    message[message_size - 1] = 0;
    return NULL;
  }
  // Texts that are no UTF-8 have no matches in their broken parts instead of undefined behaviour.
  uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF;
  if (options & apus_regex_ignores_case) flags |= PCRE2_CASELESS;
  if (options & apus_regex_multiline) flags |= PCRE2_MULTILINE;
  if (options & apus_regex_dot_matches_newline) flags |= PCRE2_DOTALL;
  int error = 0;
  PCRE2_SIZE place = 0;
  pcre2_code *code = pcre.compile(pattern, (PCRE2_SIZE)count, flags, &error, &place, NULL);
  if (!code) {
    pcre.error_message(error, (PCRE2_UCHAR *)message, (PCRE2_SIZE)message_size);
    *offset = (long)place;
    return NULL;
  }
  // Without a compiler for this processor the pattern is interpreted.
  pcre.jit_compile(code, PCRE2_JIT_COMPLETE);
  uint32_t groups = 0;
  pcre.pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
  apus_regex *regex = malloc(sizeof *regex);
  if (!regex) abort();
  regex->code = code;
  regex->group_count = (int)groups;
  return regex;
}

void apus_regex_free(apus_regex *regex) {
  pcre.code_free(regex->code);
  free(regex);
}

int apus_regex_group_count(const apus_regex *regex) { return regex->group_count; }

int apus_regex_group_number(const apus_regex *regex, const char *name) {
  int number = pcre.group_number(regex->code, (PCRE2_SPTR)name);
  return number < 0 ? -1 : number;
}

apus_regex_scratch *apus_regex_scratch_make(const apus_regex *regex) {
  apus_regex_scratch *scratch = malloc(sizeof *scratch);
  if (!scratch) abort();
  scratch->data = pcre.data_create(regex->code, NULL);
  if (!scratch->data) abort();
  return scratch;
}

void apus_regex_scratch_free(apus_regex_scratch *scratch) {
  pcre.data_free(scratch->data);
  free(scratch);
}

int apus_regex_match(
    const apus_regex *regex, apus_regex_scratch *scratch, const unsigned char *text, long count,
    long start, long *bounds) {
  static const unsigned char nothing = 0;
  int result = pcre.match(
      regex->code, text ? text : &nothing, (PCRE2_SIZE)count, (PCRE2_SIZE)start, 0, scratch->data,
      NULL);
  if (result == PCRE2_ERROR_NOMATCH) return 0;
  if (result < 0) return result;
  PCRE2_SIZE *found = pcre.bounds(scratch->data);
  for (int place = 0; place < (regex->group_count + 1) * 2; place++) {
    bounds[place] = found[place] == PCRE2_UNSET ? -1 : (long)found[place];
  }
  return 1;
}
