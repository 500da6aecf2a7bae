#define _GNU_SOURCE
#include "worker.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// The pool: two threads that run every task but those of the main actor. A thread that is parked
// in a task is replaced.

__thread bool is_pool_thread;

enum { THREADS = 2 };
static _Atomic int busy_count;  // threads that run a job and are not parked
void leave_pool(void) { busy_count--; }
bool pool_is_starved(void) { return busy_count >= THREADS; }

struct job { struct job *next; void *job; uint32_t execution; uint64_t due, order; };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static struct job *ready, **ready_tail = &ready;
static struct job **delayed;  // a heap: the job due first is at its top
static size_t delayed_count, delayed_capacity;
static uint64_t delayed_order;
static pthread_attr_t big_stack;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// ---- Delayed jobs
static bool is_before(const struct job *a, const struct job *b) {
  return a->due != b->due ? a->due < b->due : a->order < b->order;
}
static void add_delayed(struct job *item) {
  if (delayed_count == delayed_capacity) {
    delayed_capacity = delayed_capacity ? 2 * delayed_capacity : 64;
    delayed = realloc(delayed, delayed_capacity * sizeof *delayed);
    if (!delayed) _exit(70);
  }
  item->order = delayed_order++;
  size_t at = delayed_count++;
  for (; at && is_before(item, delayed[(at - 1) / 2]); at = (at - 1) / 2)
    delayed[at] = delayed[(at - 1) / 2];
  delayed[at] = item;
}
static struct job *take_delayed(void) {
  struct job *top = delayed[0], *last = delayed[--delayed_count];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < delayed_count; at = child) {
    if (child + 1 < delayed_count && is_before(delayed[child + 1], delayed[child])) child++;
    if (!is_before(delayed[child], last)) break;
    delayed[at] = delayed[child];
  }
  delayed[at] = last;
  return top;
}

void enqueue_pool(void *job, uint64_t delay) {
  enter_own();
  struct job *item = calloc(1, sizeof *item);
  if (!item) _exit(70);
  item->job = job;
  item->execution = current_execution();
  uint64_t start = delay ? now() : 0;
  item->due = delay > UINT64_MAX - start ? UINT64_MAX : start + delay;
  pthread_mutex_lock(&lock);
  if (delay) {
    add_delayed(item);
  } else {
    *ready_tail = item;
    ready_tail = &item->next;
  }
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
  leave_own();
}

static struct job *take(void) {
  for (;;) {
    if (delayed_count && delayed[0]->due <= now()) return take_delayed();
    if (ready) {
      struct job *item = ready;
      ready = item->next;
      if (!ready) ready_tail = &ready;
      return item;
    }
    if (!delayed_count) {
      pthread_cond_wait(&changed, &lock);
    } else {
      uint64_t due = delayed[0]->due;
      struct timespec time = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
      pthread_cond_timedwait(&changed, &lock, &time);
    }
  }
}

// The kind of a job is the low byte of its flags; 0 is a task. Others serve the runtime itself,
// such as an actor's queue, and must run.
static bool is_task(const void *job) { return *((const uint8_t *)job + 32) == 0; }

static void *pool_thread(void *argument) {
  (void)argument;
  is_pool_thread = true;
  for (;;) {
    enter_own();
    pthread_mutex_lock(&lock);
    struct job *item = take();
    if (ready || delayed_count) pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    own_execution = item->execution;
    void *job = item->job;
    free(item);
    busy_count++;
    leave_own();
    if (is_stopped(own_execution) && is_task(job)) hold_job(job);  // the rest of a stopped cell
    else runtime.run_pool_job(job);
    own_execution = 0;
    busy_count--;
  }
  return NULL;
}

int create_big_thread(void *(*body)(void *), void *argument) {
  pthread_t thread;
  int status = pthread_create(&thread, &big_stack, body, argument);
  if (!status) pthread_detach(thread);
  return status;
}
void start_pool_thread(void) {
  if (create_big_thread(pool_thread, NULL)) _exit(70);
}

void start_pool(void) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&changed, &monotonic);
  pthread_attr_init(&big_stack);
  pthread_attr_setstacksize(&big_stack, 8 << 20);
  pthread_attr_setguardsize(&big_stack, 1 << 16);
  for (int i = 0; i < THREADS; i++) start_pool_thread();
}
