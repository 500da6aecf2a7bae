#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Errors that no one caught, where they were thrown, and exit: what ends a cell from within.

// ---- Where errors were thrown. An error of an asynchronous cell is thrown on one thread and
// reported on another: the last throws are kept for all threads, found again by their error.
enum { KEPT = 64 };
struct thrown { _Atomic(void *) error; uint32_t execution; int count; void *frames[MAX_FRAMES]; };
static struct thrown throws[KEPT];
static _Atomic unsigned next_throw;

static __thread uintptr_t stack_low, stack_high;
static __thread bool stack_is_known;
static void note_stack(void) {
  stack_is_known = true;
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

// By frame pointers inside this thread's stack: cheap enough for throws in loops.
static inline __attribute__((always_inline)) void note_throw(void *error) {
  if (!own_execution) return;
  if (!stack_is_known) note_stack();
  struct thrown *place = &throws[atomic_fetch_add(&next_throw, 1) % KEPT];
  atomic_store(&place->error, NULL);
  uintptr_t *frame = __builtin_frame_address(0);
  int count = 0;
  while (count < MAX_FRAMES && (uintptr_t)frame >= stack_low &&
         (uintptr_t)(frame + 2) <= stack_high && !((uintptr_t)frame & 7)) {
    place->frames[count++] = (void *)frame[1];
    uintptr_t *next = (uintptr_t *)frame[0];
    if (next <= frame) break;
    frame = next;
  }
  place->count = count;
  place->execution = own_execution;
  atomic_store(&place->error, error);
}
void forget_throws(void) {
  for (int i = 0; i < KEPT; i++) atomic_store(&throws[i].error, NULL);
}
// A typed error has no box until it is reported: then the last typed throw of the cell is meant.
static void *const TYPED = (void *)1;
static const struct thrown *throw_of(void *error, uint32_t execution) {
  const struct thrown *typed = NULL;
  unsigned end = next_throw;
  for (unsigned age = 1; age <= KEPT && age <= end; age++) {
    const struct thrown *place = &throws[(end - age) % KEPT];
    if (place->error == error) return place;
    if (!typed && place->error == TYPED && place->execution == execution) typed = place;
  }
  return typed;
}

// The runtime's hooks at every throw. The error stays in its register.
typedef __attribute__((swiftcall)) void (*will_throw)(
    __attribute__((swift_context)) void *, __attribute__((swift_error_result)) void **);
typedef __attribute__((swiftcall)) void (*will_throw_typed)(void *, const void *, const void *);
static will_throw real_will_throw;
static will_throw_typed real_will_throw_typed;
__attribute__((constructor)) static void find_throw_hooks(void) {
  real_will_throw = (will_throw)dlsym(RTLD_NEXT, "swift_willThrow");
  real_will_throw_typed = (will_throw_typed)dlsym(RTLD_NEXT, "swift_willThrowTypedImpl");
}
__attribute__((swiftcall)) void swift_willThrow(
    __attribute__((swift_context)) void *unused, __attribute__((swift_error_result)) void **error) {
  note_throw(*error);
  real_will_throw(unused, error);
}
__attribute__((swiftcall)) void swift_willThrowTypedImpl(
    void *value, const void *type, const void *witnesses) {
  note_throw(TYPED);
  real_will_throw_typed(value, type, witnesses);
}

// ---- Ends
void swift_errorInMain(void *error) {
  char *type = NULL, *text = NULL;
  runtime.describe_error(error, &type, &text);
  flush_output();
  enter_own();
  struct payload p = {0};
  put_u32(&p, current_execution());
  put_text(&p, type);
  put_text(&p, text);
  const struct thrown *thrown = throw_of(error, own_execution);
  put_places(&p, thrown ? thrown->frames : NULL, thrown ? thrown->count : 0, false);
  if (is_live_cell_thread()) send_payload(70, &p);
  free(type);
  free(text);
  leave_thrown_cell();
}

typedef void (*end_process)(int);
void exit(int code) {
  if (!is_own_thread && !is_forked_child && (is_cell_thread || own_execution)) {
    // Not unwound: the frames below may hold accesses, actors and queues.
    struct trap trap;
    memset(&trap, 0, sizeof trap);
    trap.signal = EXIT_CALLED;
    trap.exit_code = code;
    report_and_park(&trap);
  }
  end_process real = (end_process)dlsym(RTLD_NEXT, "exit");
  real(code);
  __builtin_unreachable();
}
