#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// What a parked thread holds stays held: a static whose initialiser it ran, an actor, a serial
// queue, a task. A static is initialised again at its next use; the others answer their next use
// with a trap and a plain message instead of a hang.

static void pause_for(long nanoseconds) {
  struct timespec moment = {0, nanoseconds};
  nanosleep(&moment, NULL);
}

// ---- Statics. A one-time initialiser: 0 not run, -1 done, else the thread that runs it.
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
    if (is_parked(value)) atomic_compare_exchange_strong(predicate, &value, 0);
    else pause_for(50000);
  }
}

// ---- Things held: noted by signal handlers, hence a table that is never moved
enum { MAX_HELD = 16384, MAX_NESTED = 64 };
static void *_Atomic held[MAX_HELD];
static _Atomic int held_count;

static void *_Atomic *place_of(const void *thing) {
  int count = atomic_load(&held_count);
  if (count > MAX_HELD) count = MAX_HELD;
  for (int i = 0; i < count; i++)
    if (atomic_load(&held[i]) == thing) return &held[i];
  return NULL;
}
static bool is_held(const void *thing) {
  return __builtin_expect(atomic_load(&held_count) > 0, 0) && thing && place_of(thing);
}
static void hold(void *thing) {
  if (!thing || place_of(thing)) return;
  int index = atomic_fetch_add(&held_count, 1);
  if (index < MAX_HELD) atomic_store(&held[index], thing);
}
void hold_job(void *job) { hold(job); }

static void refuse(const char *message) {
  fprintf(stderr, "Fatal error: %s\n", message);
  __builtin_trap();
}

extern void *dispatch_get_current_queue(void);
extern const char *dispatch_queue_get_label(void *);
struct executor { void *identity, *implementation; };
extern __attribute__((swiftcall)) struct executor swift_task_getCurrentExecutor(void);
extern __attribute__((swiftcall)) void *swift_task_getCurrent(void);

static __thread void *entered[MAX_NESTED];  // by dispatch_sync and its kin
static __thread int entered_count;

static bool is_shared_queue(void *queue) {
  const char *label = queue ? dispatch_queue_get_label(queue) : NULL;
  return !label || !strncmp(label, "com.apple.root", 14) || !strncmp(label, "com.apple.main", 14);
}

// Called on the thread that is about to be parked.
void note_held(void **task) {
  *task = NULL;
  for (int i = 0; i < entered_count && i < MAX_NESTED; i++)
    if (!is_shared_queue(entered[i])) hold(entered[i]);
  if (is_pool_thread) {
    hold(swift_task_getCurrentExecutor().identity);
    hold(*task = swift_task_getCurrent());
    return;
  }
  if (is_cell_thread || entered_count) return;
  void *queue = dispatch_get_current_queue();
  if (!is_shared_queue(queue)) hold(queue);
}

// ---- Queues
typedef void (*submit)(void *, void *, void (*)(void *));
static void answer_probe(void *flag) { *(_Atomic int *)flag = 1; }
// A concurrent queue goes on without the parked thread: whether this one does is tried.
static void need_queue(void *queue) {
  if (!is_held(queue)) return;
  static _Atomic(submit) async;
  if (!async) async = (submit)dlsym(RTLD_DEFAULT, "dispatch_async_f");
  _Atomic int *flag = calloc(1, sizeof *flag);  // not freed where the answer may still come
  if (!flag) return;
  ((submit)async)(queue, (void *)flag, answer_probe);
  for (int i = 0; i < 1000 && !*flag; i++) pause_for(100000);
  if (!*flag) refuse("this queue is still held by a cell that stopped inside it; make a new one");
  free((void *)flag);
  void *_Atomic *place = place_of(queue);
  if (place) atomic_store(place, NULL);
}

#define ENTERING(name, PARAMETERS, ...)                                \
  typedef void (*name##_call) PARAMETERS;                              \
  void name PARAMETERS {                                               \
    static _Atomic(name##_call) real;                                  \
    if (!real) real = (name##_call)dlsym(RTLD_NEXT, #name);            \
    need_queue(queue);                                                 \
    if (entered_count < MAX_NESTED) entered[entered_count] = queue;    \
    entered_count++;                                                   \
    ((name##_call)real)(__VA_ARGS__);                                  \
    entered_count--;                                                   \
  }
#define ENTERING_BLOCK(name) ENTERING(name, (void *queue, void *block), queue, block)
#define ENTERING_FUNCTION(name) \
  ENTERING(name, (void *queue, void *context, void (*work)(void *)), queue, context, work)
ENTERING_BLOCK(dispatch_sync)
ENTERING_BLOCK(dispatch_barrier_sync)
ENTERING_BLOCK(dispatch_async_and_wait)
ENTERING_BLOCK(dispatch_barrier_async_and_wait)
ENTERING_FUNCTION(dispatch_sync_f)
ENTERING_FUNCTION(dispatch_barrier_sync_f)
ENTERING_FUNCTION(dispatch_async_and_wait_f)
ENTERING_FUNCTION(dispatch_barrier_async_and_wait_f)

// ---- Actors and tasks: functions with the calling convention of Swift's async functions
#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context)) void *
typedef ASYNC void (*task_switch)(CONTEXT, void *, void *, void *);
static task_switch real_switch;
static void find_value_getters(void);
__attribute__((constructor)) static void find_task_functions(void) {
  real_switch = (task_switch)dlsym(RTLD_NEXT, "swift_task_switch");
  find_value_getters();
}
ASYNC void swift_task_switch(CONTEXT context, void *resume, void *identity, void *implementation) {
  if (is_held(identity))
    refuse("this actor is still held by a cell that stopped inside it; make a new one");
  __attribute__((musttail)) return real_switch(context, resume, identity, implementation);
}

// The last waits: which execution asked for the value of which task.
enum { KEPT = 256 };
static struct { void *_Atomic task; _Atomic uint32_t execution; } waits[KEPT];
static _Atomic unsigned next_wait;
static void note_wait(void *task) {
  unsigned index = atomic_fetch_add_explicit(&next_wait, 1, memory_order_relaxed) % KEPT;
  atomic_store(&waits[index].execution, own_execution);
  atomic_store(&waits[index].task, task);
}
bool waits_for(uint32_t execution, void *task) {
  for (int i = 0; task && i < KEPT; i++)
    if (waits[i].task == task && waits[i].execution == execution) return true;
  return false;
}

// Task.value (throwing), Task.value (of a task that cannot fail) and Task.result. The library calls
// swift_task_future_wait within itself, out of reach of other symbols; these are what cells call.
static void need_task(void *task) {
  note_wait(task);
  if (is_held(task)) refuse("this task stopped before its end: it will never have a value");
}
typedef ASYNC void (*getter)(void *, CONTEXT, void *, void *, void *, void *);
#define GETTER(name, symbol)                                                                    \
  static getter real_##name;                                                                    \
  ASYNC void name(                                                                              \
      void *result, CONTEXT context, void *task, void *a, void *b, void *c) __asm__(symbol);    \
  ASYNC void name(void *result, CONTEXT context, void *task, void *a, void *b, void *c) {       \
    need_task(task);                                                                            \
    __attribute__((musttail)) return real_##name(result, context, task, a, b, c);               \
  }
GETTER(task_value, "$sScT5valuexvg")
GETTER(safe_task_value, "$sScTss5NeverORs_rlE5valuexvg")
GETTER(task_result, "$sScT6results6ResultOyxq_Gvg")
static void find_value_getters(void) {
  real_task_value = (getter)dlsym(RTLD_NEXT, "$sScT5valuexvg");
  real_safe_task_value = (getter)dlsym(RTLD_NEXT, "$sScTss5NeverORs_rlE5valuexvg");
  real_task_result = (getter)dlsym(RTLD_NEXT, "$sScT6results6ResultOyxq_Gvg");
}
