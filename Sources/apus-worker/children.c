#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>

// Children print after what was printed before them: what waits is sent before they start.

_Atomic bool is_forked_child;

#define BEFORE_CHILD(type, name)                          \
  static _Atomic(type) real;                              \
  if (!real) real = (type)dlsym(RTLD_NEXT, #name);        \
  flush_output()

typedef int (*spawn)(
    pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
    char *const[], char *const[]);
int posix_spawn(
    pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  BEFORE_CHILD(spawn, posix_spawn);
  return ((spawn)real)(pid, path, actions, attributes, arguments, environment);
}
int posix_spawnp(
    pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  BEFORE_CHILD(spawn, posix_spawnp);
  return ((spawn)real)(pid, file, actions, attributes, arguments, environment);
}
typedef int (*run_command)(const char *);
int system(const char *command) {
  BEFORE_CHILD(run_command, system);
  return ((run_command)real)(command);
}
typedef FILE *(*open_command)(const char *, const char *);
FILE *popen(const char *command, const char *mode) {
  BEFORE_CHILD(open_command, popen);
  return ((open_command)real)(command, mode);
}

// A forked copy of this process has no engine: it prints to its pipes, and its traps kill it.
static void before_fork(void) {
  flush_output();
  lock_output();
  lock_link();
}
static void after_fork(void) {
  unlock_link();
  unlock_output();
}
static void begin_child(void) {
  after_fork();
  is_forked_child = true;
  const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, STOP_SIGNAL};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
}
void follow_children(void) { pthread_atfork(before_fork, after_fork, begin_child); }
