#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// What cells print goes to the engine in tagged records, in order: Swift's print and C's stdio
// through streams of our own, raw writes to descriptors 1 and 2 through `write` itself. The two
// pipes behind the descriptors serve child processes only.

// Records of the link wait here, ready made: length, kind, execution, stream, length of text, text.
enum { FULL = 65536, HEAD = 14, OUTPUT_KIND = 65 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_not_empty = PTHREAD_COND_INITIALIZER;
static uint8_t waiting[FULL];
static size_t waiting_count;
static struct { size_t start, count; uint32_t execution; uint8_t stream; bool is_open; } last;
static struct stat pipes[3];
static __thread bool has_lock;

void lock_output(void) {
  enter_own();
  pthread_mutex_lock(&lock);
  has_lock = true;
}
void unlock_output(void) {
  has_lock = false;
  pthread_mutex_unlock(&lock);
  leave_own();
}
// For a thread that trapped while it copied a user's bytes: what it had copied so far is whole.
void abandon_output(void) {
  if (has_lock) unlock_output();
}

static bool is_ours(int descriptor) {
  struct stat s;
  if (descriptor != 1 && descriptor != 2) return false;
  return !fstat(descriptor, &s) && s.st_ino == pipes[descriptor].st_ino &&
         s.st_dev == pipes[descriptor].st_dev;
}
static bool holds_text(int descriptor) {
  int count = 0;
  return !ioctl(descriptor, FIONREAD, &count) && count > 0 && is_ours(descriptor);
}
static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
// A child's text waits in its pipe: what comes after it must not overtake it.
static void wait_for_pipes(void) {
  int64_t end = 0;
  while (holds_text(1) || holds_text(2)) {
    if (!end) end = now() + 20000000;
    if (now() > end) return;
    struct timespec moment = {0, 100000};
    nanosleep(&moment, NULL);
  }
}

static void send_waiting(void) {
  wait_for_pipes();
  if (waiting_count) send_frames(waiting, waiting_count);
  waiting_count = 0;
  last.is_open = false;
}
void flush_output(void) {
  lock_output();
  send_waiting();
  unlock_output();
}

static void store_u32(size_t at, size_t value) {
  uint32_t v = (uint32_t)value;
  memcpy(waiting + at, &v, 4);
}
static void open_record(uint8_t stream, uint32_t execution) {
  if (waiting_count + HEAD >= FULL) send_waiting();
  if (!waiting_count) pthread_cond_signal(&is_not_empty);
  last.start = waiting_count;
  last.count = 0;
  last.stream = stream;
  last.execution = execution;
  last.is_open = true;
  store_u32(last.start, HEAD - 5);
  waiting[last.start + 4] = OUTPUT_KIND;
  store_u32(last.start + 5, execution);
  waiting[last.start + 9] = stream;
  store_u32(last.start + 10, 0);
  waiting_count += HEAD;
}

static void write_raw(int descriptor, const char *bytes, size_t count) {
  while (count) {
    ssize_t n = syscall(SYS_write, descriptor, bytes, count);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes += n;
    count -= (size_t)n;
  }
}

// A recursion without end that prints shall overflow its stack here, not under a lock.
static void need_stack(void) {
  enum { NEEDED = 32768, PAGE = 4096 };
  volatile char probe[NEEDED];
  for (int at = NEEDED - PAGE; at >= 0; at -= PAGE) probe[at] = 0;
}

static void append(uint8_t stream, const char *bytes, size_t count) {
  if (is_forked_child) {
    write_raw(stream, bytes, count);
    return;
  }
  need_stack();
  uint32_t execution = current_execution();
  lock_output();
  while (count) {
    if (waiting_count == FULL) send_waiting();
    if (!last.is_open || last.stream != stream || last.execution != execution)
      open_record(stream, execution);
    size_t left = FULL - waiting_count, part = left < count ? left : count;
    memcpy(waiting + waiting_count, bytes, part);
    waiting_count += part;
    last.count += part;
    store_u32(last.start, HEAD - 5 + last.count);
    store_u32(last.start + 10, last.count);
    bytes += part;
    count -= part;
  }
  if (waiting_count == FULL) send_waiting();
  unlock_output();
}

// Sends what was printed a few milliseconds after it was: small prints travel together.
static void *send_soon(void *argument) {
  (void)argument;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!waiting_count) pthread_cond_wait(&is_not_empty, &lock);
    pthread_mutex_unlock(&lock);
    struct timespec moment = {0, 5000000};
    nanosleep(&moment, NULL);
    flush_output();
  }
  return NULL;
}

// ---- Streams and descriptors
static ssize_t write_stream(void *cookie, const char *bytes, size_t count) {
  append((uint8_t)(uintptr_t)cookie, bytes, count);
  return (ssize_t)count;
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

static FILE *streams[3];
void replace_standard_streams(void) {
  fstat(1, &pipes[1]);
  fstat(2, &pipes[2]);
  cookie_io_functions_t output = {.write = write_stream};
  stdin = streams[0] = open_input_stream();
  stdout = streams[1] = fopencookie((void *)1, "w", output);
  stderr = streams[2] = fopencookie((void *)2, "w", output);
  if (!stdin || !stdout || !stderr) _exit(70);
  setvbuf(stdout, NULL, _IONBF, 0);
  setvbuf(stderr, NULL, _IONBF, 0);
  start_own_thread(send_soon);
}

// glibc cannot reopen a stream that stands on functions: the name gets a new stream instead.
typedef FILE *(*reopen)(const char *, const char *, FILE *);
FILE *freopen(const char *path, const char *mode, FILE *stream) {
  static _Atomic(reopen) real;
  if (!real) real = (reopen)dlsym(RTLD_NEXT, "freopen");
  bool is_ours = stream && (stream == streams[0] || stream == streams[1] || stream == streams[2]);
  if (!is_ours) return ((reopen)real)(path, mode, stream);
  if (!path) return stream;
  FILE *file = fopen(path, mode);
  if (!file) return NULL;
  if (stream == streams[0]) stdin = file;
  else if (stream == streams[1]) stdout = file;
  else stderr = file;
  return file;
}
FILE *freopen64(const char *path, const char *mode, FILE *stream) {
  return freopen(path, mode, stream);
}

// A parked thread may hold the lock of a stream that it was using; glibc's lock is
// {state, depth, owner}.
void release_stream_locks(void *thread) {
  struct stream_lock { int state, depth; void *owner; };
  FILE *used[] = {stdin, stdout, stderr};
  for (int i = 0; i < 3; i++) {
    struct stream_lock *held = (struct stream_lock *)used[i]->_lock;
    if (!held || held->owner != thread) continue;
    held->owner = NULL;
    held->depth = 0;
    __atomic_store_n(&held->state, 0, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &held->state, 1 /* FUTEX_WAKE */, 1 << 30, NULL, NULL, 0);
  }
}
