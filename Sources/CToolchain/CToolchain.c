#define _GNU_SOURCE
#include "CToolchain.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static char *opened(const char *path, void **library) {
  *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (*library) return NULL;
  const char *error = dlerror();
  return strdup(error ? error : "dlopen failed");
}

// Looks up PREFIX_NAME for the member NAME of `table`.
#define FIND(prefix, name)                                                        \
  do {                                                                            \
    void *function = dlsym(library, #prefix "_" #name);                           \
    if (!function) return strdup("it lacks the function " #prefix "_" #name);     \
    memcpy(&table->name, &function, sizeof function);                             \
  } while (0)

char *apus_libclang_open(const char *path, apus_libclang *table) {
  void *library;
  char *problem = opened(path, &library);
  if (problem) return problem;
  FIND(clang, loadDiagnostics);
  FIND(clang, disposeDiagnosticSet);
  FIND(clang, getNumDiagnosticsInSet);
  FIND(clang, getDiagnosticInSet);
  FIND(clang, getChildDiagnostics);
  FIND(clang, getDiagnosticSeverity);
  FIND(clang, getDiagnosticLocation);
  FIND(clang, getDiagnosticSpelling);
  FIND(clang, getDiagnosticNumRanges);
  FIND(clang, getDiagnosticRange);
  FIND(clang, getDiagnosticNumFixIts);
  FIND(clang, getDiagnosticFixIt);
  FIND(clang, getRangeStart);
  FIND(clang, getRangeEnd);
  FIND(clang, getSpellingLocation);
  FIND(clang, getFileName);
  FIND(clang, getCString);
  FIND(clang, disposeString);
  return NULL;
}

char *apus_sourcekitd_open(const char *path, apus_sourcekitd *table) {
  void *library;
  char *problem = opened(path, &library);
  if (problem) return problem;
  FIND(sourcekitd, initialize);
  FIND(sourcekitd, uid_get_from_cstr);
  FIND(sourcekitd, uid_get_string_ptr);
  FIND(sourcekitd, request_dictionary_create);
  FIND(sourcekitd, request_dictionary_set_value);
  FIND(sourcekitd, request_dictionary_set_stringbuf);
  FIND(sourcekitd, request_dictionary_set_int64);
  FIND(sourcekitd, request_dictionary_set_uid);
  FIND(sourcekitd, request_array_create);
  FIND(sourcekitd, request_array_set_stringbuf);
  FIND(sourcekitd, request_release);
  FIND(sourcekitd, send_request_sync);
  FIND(sourcekitd, response_dispose);
  FIND(sourcekitd, response_is_error);
  FIND(sourcekitd, response_error_get_description);
  FIND(sourcekitd, response_get_value);
  FIND(sourcekitd, variant_dictionary_get_value);
  FIND(sourcekitd, variant_dictionary_get_string);
  FIND(sourcekitd, variant_dictionary_get_uid);
  FIND(sourcekitd, variant_array_get_count);
  FIND(sourcekitd, variant_array_get_value);
  FIND(sourcekitd, variant_get_type);
  return NULL;
}

int apus_start_service(int *pid, char *const *arguments, int descriptor) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (int signal = 1; signal < 32; signal++)
    if (signal != SIGKILL && signal != SIGSTOP) sigaddset(&defaults, signal);
  error = posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO);
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO);
  if (!error)
    error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // A service lives long: the end of a pipe that it inherited by accident would never close.
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &defaults);
  if (!error) error = posix_spawnattr_setpgroup(&attributes, 0);
  if (!error)
    error = posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  if (!error) error = posix_spawn(&child, arguments[0], &actions, &attributes, arguments, environ);
  *pid = child;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}
