// The C faces of the toolchain's libraries, opened at run time, and the start of services.
// Functions and structs are named and laid out as in clang-c/Index.h and SourceKit/sourcekitd.h.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: libclang: serialised diagnostics

typedef struct { const void *_Nullable data; unsigned private_flags; } apus_cx_string;
typedef struct { const void *_Nullable ptr_data[2]; unsigned int_data; } apus_cx_location;
typedef struct {
  const void *_Nullable ptr_data[2];
  unsigned begin_int_data, end_int_data;
} apus_cx_range;

/// Functions of libclang; a diagnostic, a set of them and a file are opaque.
typedef struct {
  void *_Nullable (*_Nonnull loadDiagnostics)(const char *, int *, apus_cx_string *);
  void (*_Nonnull disposeDiagnosticSet)(void *);
  unsigned (*_Nonnull getNumDiagnosticsInSet)(void *);
  void *_Nullable (*_Nonnull getDiagnosticInSet)(void *, unsigned);
  void *_Nullable (*_Nonnull getChildDiagnostics)(void *);
  int (*_Nonnull getDiagnosticSeverity)(void *);
  apus_cx_location (*_Nonnull getDiagnosticLocation)(void *);
  apus_cx_string (*_Nonnull getDiagnosticSpelling)(void *);
  unsigned (*_Nonnull getDiagnosticNumRanges)(void *);
  apus_cx_range (*_Nonnull getDiagnosticRange)(void *, unsigned);
  unsigned (*_Nonnull getDiagnosticNumFixIts)(void *);
  apus_cx_string (*_Nonnull getDiagnosticFixIt)(void *, unsigned, apus_cx_range *);
  apus_cx_location (*_Nonnull getRangeStart)(apus_cx_range);
  apus_cx_location (*_Nonnull getRangeEnd)(apus_cx_range);
  void (*_Nonnull getSpellingLocation)(
      apus_cx_location, void *_Nullable *_Nonnull, unsigned *, unsigned *, unsigned *);
  apus_cx_string (*_Nonnull getFileName)(void *_Nullable);
  const char *_Nullable (*_Nonnull getCString)(apus_cx_string);
  void (*_Nonnull disposeString)(apus_cx_string);
} apus_libclang;

/// Opens libclang at `path` for the life of the process and fills `table`. Returns NULL, or what is
/// wrong, to be freed.
char *_Nullable apus_libclang_open(const char *path, apus_libclang *table);

// MARK: sourcekitd

typedef struct { uint64_t data[3]; } apus_sk_variant;

/// Functions of sourcekitd; requests, responses and names are opaque.
typedef struct {
  void (*_Nonnull initialize)(void);
  void *_Nonnull (*_Nonnull uid_get_from_cstr)(const char *);
  const char *_Nullable (*_Nonnull uid_get_string_ptr)(void *);
  void *_Nonnull (*_Nonnull request_dictionary_create)(
      const void *_Nullable, const void *_Nullable, size_t);
  void (*_Nonnull request_dictionary_set_value)(void *, void *, void *);
  void (*_Nonnull request_dictionary_set_stringbuf)(void *, void *, const char *, size_t);
  void (*request_dictionary_set_int64)(void *, void *, int64_t);
  void (*_Nonnull request_dictionary_set_uid)(void *, void *, void *);
  void *_Nonnull (*_Nonnull request_array_create)(const void *_Nullable, size_t);
  void (*_Nonnull request_array_set_stringbuf)(void *, size_t, const char *, size_t);
  void (*_Nonnull request_release)(void *);
  void *_Nonnull (*_Nonnull send_request_sync)(void *);
  void (*_Nonnull response_dispose)(void *);
  bool (*_Nonnull response_is_error)(void *);
  const char *_Nullable (*_Nonnull response_error_get_description)(void *);
  apus_sk_variant (*_Nonnull response_get_value)(void *);
  apus_sk_variant (*_Nonnull variant_dictionary_get_value)(apus_sk_variant, void *);
  const char *_Nullable (*_Nonnull variant_dictionary_get_string)(apus_sk_variant, void *);
  void *_Nullable (*_Nonnull variant_dictionary_get_uid)(apus_sk_variant, void *);
  size_t (*_Nonnull variant_array_get_count)(apus_sk_variant);
  apus_sk_variant (*_Nonnull variant_array_get_value)(apus_sk_variant, size_t);
  int (*_Nonnull variant_get_type)(apus_sk_variant);
} apus_sourcekitd;

/// Opens sourcekitd at `path` for the life of the process and fills `table`. Returns NULL, or what
/// is wrong, to be freed.
char *_Nullable apus_sourcekitd_open(const char *path, apus_sourcekitd *table);

// MARK: Services

/// Starts `arguments[0]` with `descriptor` as its standard input and output and /dev/null as its
/// standard error. The child inherits no other descriptor, whatever other threads have open, and
/// leads a process group of its own. Returns 0 or an error number.
int apus_start_service(
    int *pid, char *_Nullable const *_Nonnull arguments, int descriptor);

#pragma clang assume_nonnull end
