#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// ---- State
__thread bool is_cell_thread, is_pool_thread;
__thread unsigned long own_generation;
__thread uintptr_t stack_low, stack_high;
_Atomic unsigned long generation = 1;  // of the live cell thread
_Atomic bool cell_is_running;
_Atomic pid_t cell_tid;
_Atomic uint32_t running_execution;
_Atomic bool input_is_allowed;
static _Atomic int last_mark;
static __thread jmp_buf top_of_cell;
static __thread volatile bool in_sync_cell, in_async_cell;
enum { DRAIN_ENDED = 1, THROWN = 2, EXIT_CALLED = 3, DRAIN_INTERRUPTED = 4 };
static _Atomic int async_end;  // 0, DRAIN_ENDED or DRAIN_INTERRUPTED
static int exit_code;

struct job { struct job *next; void *job; uint32_t execution; uint64_t due; };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct request *waiting_cell;
static struct job *main_jobs, **main_tail = &main_jobs;
static bool is_draining;

void apus_mark(int32_t mark) { atomic_store_explicit(&last_mark, mark, memory_order_relaxed); }

bool is_live_cell_thread(void) { return is_cell_thread && own_generation == generation; }

// ---- Parking
enum { MAX_PARKED = 65536 };
static _Atomic int parked[MAX_PARKED];
static _Atomic int parked_count;
_Noreturn void park(void) {
  int index = atomic_fetch_add(&parked_count, 1);
  if (index < MAX_PARKED) atomic_store(&parked[index], (int)syscall(SYS_gettid));
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  for (;;) syscall(SYS_pause);
}
bool is_parked(long tid) {
  int count = atomic_load(&parked_count);
  if (count > MAX_PARKED) count = MAX_PARKED;
  for (int i = 0; i < count; i++) if (atomic_load(&parked[i]) == tid) return true;
  return false;
}

void note_stack_of_this_thread(void) {
  pthread_attr_t attributes;
  void *low;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attributes)) return;
  if (!pthread_attr_getstack(&attributes, &low, &size)) {
    stack_low = (uintptr_t)low;
    stack_high = stack_low + size;
  }
  pthread_attr_destroy(&attributes);
}

// ---- The end of a cell
void finish_cell(enum status status, int code) {
  if (!atomic_exchange(&cell_is_running, false)) return;
  flush_output();
  struct payload p = {0};
  put_u32(&p, running_execution);
  put_u8(&p, (uint8_t)status);
  put_u32(&p, (uint32_t)atomic_load(&last_mark));
  put_u32(&p, (uint32_t)code);
  send_payload(72, &p);
}

// ---- Main actor: jobs that the cell thread runs
static void append_main(void *job) {
  struct job *item = calloc(1, sizeof *item);
  item->job = job;
  item->execution = current_execution();
  pthread_mutex_lock(&lock);
  *main_tail = item;
  main_tail = &item->next;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}
static struct job *take_main(void) {
  struct job *item = main_jobs;
  main_jobs = item->next;
  if (!main_jobs) main_tail = &main_jobs;
  return item;
}
static void run_main(struct job *item) {
  void *job = item->job;
  own_execution = item->execution;
  free(item);
  runtime.run_main_job(job);
}
// Called by the main of an asynchronous cell once its first job has run.
static void drain_main(void) {
  for (;;) {
    pthread_mutex_lock(&lock);
    is_draining = true;
    while (!main_jobs && !async_end && own_generation == generation)
      pthread_cond_wait(&changed, &lock);
    is_draining = false;
    bool is_over = async_end != 0, is_replaced = own_generation != generation;
    struct job *item = is_over || is_replaced ? NULL : take_main();
    pthread_mutex_unlock(&lock);
    if (is_replaced) park();
    if (item) run_main(item);
    if (async_end) longjmp(top_of_cell, async_end);
  }
}
static void end_async_cell(void) {
  pthread_mutex_lock(&lock);
  async_end = DRAIN_ENDED;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}
bool interrupt_main_drain(void) {
  pthread_mutex_lock(&lock);
  bool was_draining = is_draining;
  if (was_draining) async_end = DRAIN_INTERRUPTED;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return was_draining;
}

// ---- Errors and exit at top level
static __thread void *throw_frames[MAX_FRAMES];
static __thread int throw_frame_count;
static void note_throw(void) {
  if (!stack_high) return;
  uintptr_t *frame = __builtin_frame_address(0);
  int count = 0;
  while (count < MAX_FRAMES && (uintptr_t)frame >= stack_low && (uintptr_t)(frame + 2) <= stack_high) {
    throw_frames[count++] = (void *)frame[1];
    uintptr_t *next = (uintptr_t *)frame[0];
    if (next <= frame) break;
    frame = next;
  }
  throw_frame_count = count;
}
typedef __attribute__((swiftcall)) void (*will_throw)(
    __attribute__((swift_context)) void *, __attribute__((swift_error_result)) void **);
__attribute__((swiftcall)) void swift_willThrow(
    __attribute__((swift_context)) void *unused, __attribute__((swift_error_result)) void **error) {
  static will_throw real;
  if (!real) real = (will_throw)dlsym(RTLD_NEXT, "swift_willThrow");
  note_throw();
  real(unused, error);
}

void swift_errorInMain(void *error) {
  char *type = NULL, *text = NULL;
  runtime.describe_error(error, &type, &text);
  flush_output();
  struct payload p = {0};
  put_u32(&p, running_execution);
  put_text(&p, type);
  put_text(&p, text);
  put_places(&p, throw_frames, throw_frame_count, false);
  send_payload(70, &p);
  free(type);
  free(text);
  if (in_sync_cell) longjmp(top_of_cell, THROWN);
  replace_cell_thread();
  finish_cell(THREW, 0);
  park();
}

void exit(int code) {
  static void (*real)(int);
  if (is_live_cell_thread() && in_async_cell) {
    replace_cell_thread();
    finish_cell(EXITED, code);
    park();
  }
  if (is_live_cell_thread() && in_sync_cell) {
    exit_code = code;
    longjmp(top_of_cell, EXIT_CALLED);
  }
  if (!real) real = (void (*)(int))dlsym(RTLD_NEXT, "exit");
  real(code);
  __builtin_unreachable();
}

// ---- The cell thread
static void run_cell(struct request *request) {
  running_execution = own_execution = request->execution;
  input_is_allowed = request->allows_input;
  last_mark = 0;
  async_end = 0;
  throw_frame_count = 0;
  void *handle = dlopen(request->library, RTLD_NOW | RTLD_GLOBAL);
  int (*entry)(int, char **) = NULL;
  if (handle) entry = (int (*)(int, char **))dlsym(handle, request->entry);
  if (!entry) {
    struct payload p = {0};
    put_u32(&p, request->execution);
    put_text(&p, "LoadError");
    put_text(&p, dlerror());
    put_u32(&p, 0);
    send_payload(70, &p);
    finish_cell(NOT_LOADED, 0);
    return;
  }
  note_code(handle);
  static char *arguments[] = {"main", NULL};
  int end = setjmp(top_of_cell);
  if (end == 0) {
    if (request->is_async) in_async_cell = true; else in_sync_cell = true;
    entry(1, arguments);
  }
  in_sync_cell = in_async_cell = false;
  if (own_generation != generation) park();
  switch (end) {
    case THROWN: finish_cell(THREW, 0); break;
    case EXIT_CALLED: finish_cell(EXITED, exit_code); break;
    case DRAIN_INTERRUPTED: finish_cell(INTERRUPTED, 0); break;
    default: finish_cell(SUCCEEDED, 0);
  }
}

static void *cell_thread(void *argument) {
  own_generation = (unsigned long)argument;
  is_cell_thread = true;
  cell_tid = (pid_t)syscall(SYS_gettid);
  use_alternate_stack();
  note_stack_of_this_thread();
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!main_jobs && !waiting_cell && own_generation == generation)
      pthread_cond_wait(&changed, &lock);
    if (own_generation != generation) {
      pthread_mutex_unlock(&lock);
      park();
    }
    struct job *job = NULL;
    struct request *request = NULL;
    if (main_jobs) job = take_main();
    else { request = waiting_cell; waiting_cell = NULL; }
    pthread_mutex_unlock(&lock);
    if (job) { run_main(job); continue; }
    run_cell(request);
    free(request->library);
    free(request->entry);
    free(request);
  }
}

static pthread_attr_t big_stack;
void replace_cell_thread(void) {
  unsigned long next = atomic_fetch_add(&generation, 1) + 1;
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  pthread_t thread;
  if (pthread_create(&thread, &big_stack, cell_thread, (void *)next)) _exit(70);
  pthread_detach(thread);
}
void enqueue_cell(struct request *request) {
  cell_is_running = true;
  running_execution = request->execution;
  pthread_mutex_lock(&lock);
  waiting_cell = request;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

// ---- The pool: two threads that run every task but those of the main actor
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pool_changed;
static struct job *pool_jobs;  // by due time, then by age
static _Atomic int pool_tids[4096];
static _Atomic int pool_count;
static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
static void append_pool(void *job, uint64_t delay) {
  struct job *item = calloc(1, sizeof *item);
  item->job = job;
  item->execution = current_execution();
  item->due = delay ? now() + delay : 0;
  pthread_mutex_lock(&pool_lock);
  struct job **place = &pool_jobs;
  while (*place && (*place)->due <= item->due) place = &(*place)->next;
  item->next = *place;
  *place = item;
  pthread_cond_signal(&pool_changed);
  pthread_mutex_unlock(&pool_lock);
}
static void *pool_thread(void *argument) {
  (void)argument;
  is_pool_thread = true;
  int index = atomic_fetch_add(&pool_count, 1);
  if (index < 4096) pool_tids[index] = (int)syscall(SYS_gettid);
  use_alternate_stack();
  note_stack_of_this_thread();
  for (;;) {
    pthread_mutex_lock(&pool_lock);
    while (!pool_jobs || pool_jobs->due > now()) {
      if (!pool_jobs) pthread_cond_wait(&pool_changed, &pool_lock);
      else {
        struct timespec due = {(time_t)(pool_jobs->due / 1000000000u), (long)(pool_jobs->due % 1000000000u)};
        pthread_cond_timedwait(&pool_changed, &pool_lock, &due);
      }
    }
    struct job *item = pool_jobs;
    pool_jobs = item->next;
    if (pool_jobs) pthread_cond_signal(&pool_changed);
    pthread_mutex_unlock(&pool_lock);
    own_execution = item->execution;
    void *job = item->job;
    free(item);
    runtime.run_pool_job(job);
    own_execution = 0;
  }
}
void start_pool_thread(void) {
  pthread_t thread;
  if (!pthread_create(&thread, &big_stack, pool_thread, NULL)) pthread_detach(thread);
}
void signal_pool_threads(int signal) {
  int count = atomic_load(&pool_count);
  for (int i = 0; i < count && i < 4096; i++)
    if (!is_parked(pool_tids[i])) syscall(SYS_tgkill, getpid(), pool_tids[i], signal);
}

static void put_message(uint8_t kind, const uint8_t *bytes, size_t count) { send_frame(kind, bytes, count); }
static char *ask(const char *prompt, bool hidden) { return ask_for_input(prompt, hidden); }
void start_threads(void) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&pool_changed, &monotonic);
  pthread_attr_init(&big_stack);
  pthread_attr_setstacksize(&big_stack, 8 << 20);
  const void *const functions[] = {
      (void *)put_message, (void *)current_execution, (void *)flush_output, (void *)append_main,
      (void *)append_pool, (void *)drain_main, (void *)end_async_cell, (void *)is_live_cell_thread,
      (void *)ask};
  runtime.start(functions);
  for (int i = 0; i < 2; i++) start_pool_thread();
  pthread_t thread;
  if (pthread_create(&thread, &big_stack, cell_thread, (void *)generation)) _exit(70);
  pthread_detach(thread);
}
