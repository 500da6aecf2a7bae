#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The files that cells open to read: whoever keeps a result knows what it depends on. The functions
// of the C library are put before its own; what it opens within itself (libraries, locales) is none
// of a cell's doing and is not seen.

enum { MOST = 4096, OPENED_KIND = 74 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *paths[MOST];
static int path_count;

// What belongs to the system is known by its version.
static bool is_of_the_system(const char *path) {
  static const char *const folders[] = {"/proc/", "/sys/", "/dev/", "/usr/", "/lib/", "/etc/"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (!strncmp(path, folders[i], strlen(folders[i]))) return true;
  return false;
}

static void remember(const char *path) {
  pthread_mutex_lock(&lock);
  bool is_known = path_count == MOST;
  for (int i = path_count; i-- > 0 && !is_known;) is_known = !strcmp(paths[i], path);
  char *copy = is_known ? NULL : strdup(path);
  if (copy) paths[path_count++] = copy;
  pthread_mutex_unlock(&lock);
}

static void note(int descriptor, int flags) {
  if (descriptor < 0 || (flags & O_ACCMODE) != O_RDONLY || (flags & O_PATH)) return;
  if (is_own_thread || own_depth || is_forked_child || !cell_is_running) return;
  enter_own();
  struct stat status;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  if (!fstat(descriptor, &status) && S_ISREG(status.st_mode)) {
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count > 0 && path[0] == '/') {
      path[count] = 0;
      if (!is_of_the_system(path)) remember(path);
    }
  }
  leave_own();
}

void send_opened(uint32_t execution) {
  pthread_mutex_lock(&lock);
  if (path_count) {
    struct payload p = {0};
    put_u32(&p, execution);
    put_u32(&p, (uint32_t)path_count);
    for (int i = 0; i < path_count; i++) {
      put_text(&p, paths[i]);
      free(paths[i]);
    }
    path_count = 0;
    send_payload(OPENED_KIND, &p);
  }
  pthread_mutex_unlock(&lock);
}

// ---- Before those of the C library
#pragma GCC visibility push(default)
#define REAL(name) \
  static _Atomic(void *) real; \
  if (!real) real = dlsym(RTLD_NEXT, name)

static bool has_mode(int flags) { return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; }

#define TAKE_MODE(flags) \
  mode_t mode = 0; \
  if (has_mode(flags)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

#define DEFINE_OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(#name); \
    TAKE_MODE(flags); \
    int descriptor = ((int (*)(const char *, int, ...))real)(path, flags, mode); \
    note(descriptor, flags); \
    return descriptor; \
  }
#define DEFINE_OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(#name); \
    TAKE_MODE(flags); \
    int descriptor = ((int (*)(int, const char *, int, ...))real)(folder, path, flags, mode); \
    note(descriptor, flags); \
    return descriptor; \
  }
#define DEFINE_FOPEN(name) \
  FILE *name(const char *path, const char *mode) { \
    REAL(#name); \
    FILE *stream = ((FILE * (*)(const char *, const char *)) real)(path, mode); \
    if (stream && mode[0] == 'r' && !strchr(mode, '+')) note(fileno(stream), O_RDONLY); \
    return stream; \
  }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)
DEFINE_FOPEN(fopen)
DEFINE_FOPEN(fopen64)
#pragma GCC visibility pop
