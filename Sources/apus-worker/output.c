#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <spawn.h>

// What cells print goes to the engine in tagged records, in order: Swift's print and C's stdio
// through streams of our own, raw writes to descriptors 1 and 2 through `write` itself. The two
// pipes behind the descriptors serve child processes only.

__thread uint32_t own_execution;
uint32_t current_execution(void) { return own_execution ? own_execution : running_execution; }

enum { FULL = 65536 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_not_empty = PTHREAD_COND_INITIALIZER;
static struct { uint32_t execution; uint8_t stream; size_t count; char bytes[FULL]; } pending;
static struct stat pipes[3];

// A child's text waits in its pipe: what is printed after it must not overtake it.
static void wait_for_pipes(void) {
  for (int tries = 0; tries < 400; tries++) {
    int first = 0, second = 0;
    ioctl(1, FIONREAD, &first);
    ioctl(2, FIONREAD, &second);
    if (first <= 0 && second <= 0) return;
    struct timespec moment = {0, 50000};
    nanosleep(&moment, NULL);
  }
}

static void send_pending(void) {
  if (!pending.count) return;
  wait_for_pipes();
  struct payload p = {0};
  put_u32(&p, pending.execution);
  put_u8(&p, pending.stream);
  put_u32(&p, (uint32_t)pending.count);
  put_block(&p, pending.bytes, pending.count);
  send_payload(65, &p);
  pending.count = 0;
}

void flush_output(void) {
  pthread_mutex_lock(&lock);
  send_pending();
  pthread_mutex_unlock(&lock);
}

static void append(uint8_t stream, const char *bytes, size_t count) {
  uint32_t execution = current_execution();
  pthread_mutex_lock(&lock);
  if (pending.count && (pending.execution != execution || pending.stream != stream)) send_pending();
  pending.execution = execution;
  pending.stream = stream;
  while (count) {
    size_t part = FULL - pending.count < count ? FULL - pending.count : count;
    if (!pending.count) pthread_cond_signal(&is_not_empty);
    memcpy(pending.bytes + pending.count, bytes, part);
    pending.count += part;
    bytes += part;
    count -= part;
    if (pending.count == FULL) send_pending();
  }
  pthread_mutex_unlock(&lock);
}

// Sends what was printed a few milliseconds after it was: small prints travel together.
static void *send_soon(void *argument) {
  (void)argument;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!pending.count) pthread_cond_wait(&is_not_empty, &lock);
    pthread_mutex_unlock(&lock);
    struct timespec moment = {0, 5000000};
    nanosleep(&moment, NULL);
    flush_output();
  }
  return NULL;
}

// ---- Streams
static ssize_t write_stream(void *cookie, const char *bytes, size_t count) {
  append((uint8_t)(uintptr_t)cookie, bytes, count);
  return (ssize_t)count;
}

static bool is_ours(int descriptor) {
  struct stat s;
  if (descriptor != 1 && descriptor != 2) return false;
  return !fstat(descriptor, &s) && s.st_ino == pipes[descriptor].st_ino && s.st_dev == pipes[descriptor].st_dev;
}
ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!is_ours(descriptor)) return syscall(SYS_write, descriptor, bytes, count);
  append((uint8_t)descriptor, bytes, count);
  return (ssize_t)count;
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  if (!is_ours(descriptor)) return syscall(SYS_writev, descriptor, parts, count);
  ssize_t sum = 0;
  for (int i = 0; i < count; i++) {
    append((uint8_t)descriptor, parts[i].iov_base, parts[i].iov_len);
    sum += (ssize_t)parts[i].iov_len;
  }
  return sum;
}

// ---- Children print after what was printed before them
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
  static __typeof__(&posix_spawn) real;
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "posix_spawn");
  flush_output();
  return real(pid, path, actions, attributes, arguments, environment);
}
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
  static __typeof__(&posix_spawnp) real;
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "posix_spawnp");
  flush_output();
  return real(pid, file, actions, attributes, arguments, environment);
}
int system(const char *command) {
  static __typeof__(&system) real;
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "system");
  flush_output();
  return real(command);
}
FILE *popen(const char *command, const char *mode) {
  static __typeof__(&popen) real;
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "popen");
  flush_output();
  return real(command, mode);
}

// ---- A thread works for the cell that started it
struct start { void *(*body)(void *); void *argument; uint32_t execution; };
static void *begin(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  own_execution = start.execution;
  return start.body(start.argument);
}
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  static __typeof__(&pthread_create) real;
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "pthread_create");
  struct start *start = own_execution ? malloc(sizeof *start) : NULL;
  if (!start) return real(thread, attributes, body, argument);
  *start = (struct start){body, argument, own_execution};
  int status = real(thread, attributes, begin, start);
  if (status) free(start);
  return status;
}
typedef void (^block)(void);
#define CARRY(run) ^{ uint32_t before = own_execution; own_execution = execution; run(); own_execution = before; }
void dispatch_async(void *queue, block body) {
  static void (*real)(void *, block);
  if (!real) real = (void (*)(void *, block))dlsym(RTLD_NEXT, "dispatch_async");
  uint32_t execution = own_execution;
  real(queue, CARRY(body));
}
void dispatch_after(uint64_t when, void *queue, block body) {
  static void (*real)(uint64_t, void *, block);
  if (!real) real = (void (*)(uint64_t, void *, block))dlsym(RTLD_NEXT, "dispatch_after");
  uint32_t execution = own_execution;
  real(when, queue, CARRY(body));
}
void dispatch_group_async(void *group, void *queue, block body) {
  static void (*real)(void *, void *, block);
  if (!real) real = (void (*)(void *, void *, block))dlsym(RTLD_NEXT, "dispatch_group_async");
  uint32_t execution = own_execution;
  real(group, queue, CARRY(body));
}

// ---- Input
static pthread_mutex_t input_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t input_came = PTHREAD_COND_INITIALIZER;
static char *input_text;
static bool input_is_here;
char *ask_for_input(const char *prompt, bool hidden) {
  flush_output();
  if (!input_is_allowed) return NULL;
  pthread_mutex_lock(&input_lock);
  input_is_here = false;
  pthread_mutex_unlock(&input_lock);
  struct payload p = {0};
  put_u32(&p, current_execution());
  put_text(&p, prompt);
  put_u8(&p, hidden);
  send_payload(69, &p);
  pthread_mutex_lock(&input_lock);
  while (!input_is_here) pthread_cond_wait(&input_came, &input_lock);
  char *text = input_text;
  input_text = NULL;
  pthread_mutex_unlock(&input_lock);
  return text;
}
void answer_input(char *text) {
  pthread_mutex_lock(&input_lock);
  free(input_text);
  input_text = text;
  input_is_here = true;
  pthread_cond_broadcast(&input_came);
  pthread_mutex_unlock(&input_lock);
}
static char *line;
static size_t line_position;
static ssize_t read_stream(void *cookie, char *bytes, size_t count) {
  (void)cookie;
  if (!line) {
    char *text = ask_for_input("", false);
    if (!text) return 0;
    size_t length = strlen(text);
    line = realloc(text, length + 2);
    if (!line) return -1;
    memcpy(line + length, "\n", 2);
    line_position = 0;
  }
  size_t left = strlen(line + line_position), part = left < count ? left : count;
  memcpy(bytes, line + line_position, part);
  line_position += part;
  if (!line[line_position]) {
    free(line);
    line = NULL;
  }
  return (ssize_t)part;
}

void replace_standard_streams(void) {
  fstat(1, &pipes[1]);
  fstat(2, &pipes[2]);
  cookie_io_functions_t output = {.write = write_stream}, input = {.read = read_stream};
  stdout = fopencookie((void *)1, "w", output);
  stderr = fopencookie((void *)2, "w", output);
  stdin = fopencookie(NULL, "r", input);
  if (!stdout || !stderr || !stdin) _exit(70);
  setvbuf(stdout, NULL, _IONBF, 0);
  setvbuf(stderr, NULL, _IONBF, 0);
  pthread_t thread;
  if (pthread_create(&thread, NULL, send_soon, NULL)) _exit(70);
  pthread_detach(thread);
}

// A parked thread may hold the lock of a stream it was printing to; glibc's lock is
// {state, depth, owner}.
void release_stream_locks(void *thread) {
  struct stream_lock { int state, depth; void *owner; };
  FILE *streams[] = {stdout, stderr};
  for (int i = 0; i < 2; i++) {
    struct stream_lock *held = (struct stream_lock *)streams[i]->_lock;
    if (!held || held->owner != thread) continue;
    held->owner = NULL;
    held->depth = 0;
    __atomic_store_n(&held->state, 0, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &held->state, 1 /* FUTEX_WAKE */, 1 << 30, NULL, NULL, 0);
  }
}
