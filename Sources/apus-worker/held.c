#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// What a parked thread holds stays held: a static whose initialiser it ran, an actor, a serial
// queue. A static is initialised again at its next use; an actor or queue answers its next use
// with a trap and a plain message instead of a hang.

// A one-time initialiser: 0 not run, -1 done, else the thread that runs it.
void swift_once(_Atomic(intptr_t) *predicate, void (*initialise)(void *), void *context) {
  long me = 0;
  for (;;) {
    intptr_t value = atomic_load_explicit(predicate, memory_order_acquire);
    if (value == -1) return;
    if (!me) me = syscall(SYS_gettid);
    if (value == 0) {
      intptr_t none = 0;
      if (!atomic_compare_exchange_strong(predicate, &none, me)) continue;
      initialise(context);
      atomic_store_explicit(predicate, -1, memory_order_release);
      return;
    }
    if (value == me) abort();  // an initialiser that needs itself
    if (is_parked(value)) {
      atomic_compare_exchange_strong(predicate, &value, 0);
      continue;
    }
    struct timespec moment = {0, 50000};
    nanosleep(&moment, NULL);
  }
}

enum { MAX_HELD = 4096, MAX_NESTED = 64 };
static void *_Atomic held[MAX_HELD];
static _Atomic int held_count;
static __thread void *entered[MAX_NESTED];
static __thread int entered_count;

static bool is_held(const void *thing) {
  int count = atomic_load(&held_count);
  if (count > MAX_HELD) count = MAX_HELD;
  for (int i = 0; i < count; i++) if (atomic_load(&held[i]) == thing) return true;
  return false;
}
static void hold(void *thing) {
  if (!thing || is_held(thing)) return;
  int index = atomic_fetch_add(&held_count, 1);
  if (index < MAX_HELD) atomic_store(&held[index], thing);
}

extern void *dispatch_get_current_queue(void);
extern const char *dispatch_queue_get_label(void *);
struct executor { void *identity, *implementation; };
extern __attribute__((swiftcall)) struct executor swift_task_getCurrentExecutor(void);

void note_held(void) {
  for (int i = 0; i < entered_count && i < MAX_NESTED; i++) hold(entered[i]);
  if (is_pool_thread) {
    hold(swift_task_getCurrentExecutor().identity);
    return;
  }
  if (is_cell_thread || entered_count) return;
  void *queue = dispatch_get_current_queue();
  const char *label = queue ? dispatch_queue_get_label(queue) : NULL;
  if (label && strncmp(label, "com.apple.root", 14) && strncmp(label, "com.apple.main", 14)) hold(queue);
}

static void refuse(const char *what) {
  fprintf(stderr, "Fatal error: this %s is still held by a cell that stopped inside it; make a new one\n", what);
  __builtin_trap();
}

#define SERIAL_CALL(name)                                                        \
  void name(void *queue, void *block) {                                          \
    static void (*real)(void *, void *);                                         \
    if (!real) real = (void (*)(void *, void *))dlsym(RTLD_NEXT, #name);         \
    if (__builtin_expect(atomic_load(&held_count) > 0, 0) && is_held(queue)) refuse("queue"); \
    if (entered_count < MAX_NESTED) entered[entered_count] = queue;              \
    entered_count++;                                                             \
    real(queue, block);                                                          \
    entered_count--;                                                             \
  }
SERIAL_CALL(dispatch_sync)
SERIAL_CALL(dispatch_barrier_sync)
SERIAL_CALL(dispatch_async_and_wait)

typedef __attribute__((swiftasynccall)) void (*task_switch)(
    __attribute__((swift_async_context)) void *, void *, void *, void *);
static task_switch real_switch;
__attribute__((constructor)) static void find_task_switch(void) {
  real_switch = (task_switch)dlsym(RTLD_NEXT, "swift_task_switch");
}
__attribute__((swiftasynccall)) void swift_task_switch(
    __attribute__((swift_async_context)) void *context, void *resume, void *identity,
    void *implementation) {
  if (__builtin_expect(atomic_load(&held_count) > 0, 0) && identity && is_held(identity)) refuse("actor");
  __attribute__((musttail)) return real_switch(context, resume, identity, implementation);
}
