#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

// Each thread knows the execution that it works for, so that late text and late traps belong to
// the cell that caused them. Threads inherit it from the thread that started them, blocks from
// the thread that submitted them.

__thread uint32_t own_execution;
__thread bool is_own_thread;
__thread volatile int own_depth;

uint32_t current_execution(void) { return own_execution ? own_execution : running_execution; }

// Makes a thread ready for cells' code: its stack overflows are traps, and it can be stopped
// (libdispatch blocks signals on its workers).
void adopt_thread(void) {
  static __thread bool is_adopted;
  if (is_adopted) return;
  is_adopted = true;
  use_alternate_stack();
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, STOP_SIGNAL);
  pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
}

// ---- Threads
typedef int (*create_thread)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
struct start { void *(*body)(void *); void *argument; uint32_t execution; };

static create_thread real_create(void) {
  static _Atomic(create_thread) real;
  if (!real) real = (create_thread)dlsym(RTLD_NEXT, "pthread_create");
  return real;
}
static void *begin(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  own_execution = start.execution;
  adopt_thread();
  return start.body(start.argument);
}
int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  // A worker of libdispatch serves whatever cell: its blocks say which.
  if (is_dispatch_code((uintptr_t)__builtin_return_address(0)))
    return real_create()(thread, attributes, body, argument);
  struct start *start = malloc(sizeof *start);
  if (!start) return 11;  // EAGAIN
  *start = (struct start){body, argument, own_execution};
  int status = real_create()(thread, attributes, begin, start);
  if (status) free(start);
  return status;
}

static void *begin_own(void *body) {
  is_own_thread = true;
  return ((void *(*)(void *))body)(NULL);
}
void start_own_thread(void *(*body)(void *)) {
  pthread_t thread;
  if (real_create()(&thread, NULL, begin_own, (void *)body)) _exit(70);
  pthread_detach(thread);
}

// ---- Blocks
typedef void (^block)(void);
typedef void (^indexed_block)(size_t);

#define CARRY(call)                        \
  ^{                                       \
    uint32_t before = own_execution;       \
    own_execution = execution;             \
    adopt_thread();                        \
    call;                                  \
    own_execution = before;                \
  }
#define REAL(type, name)                                    \
  static _Atomic(type) real;                                \
  if (!real) real = (type)dlsym(RTLD_NEXT, #name);          \
  uint32_t execution = own_execution

// A block made by dispatch_block_create carries flags (.barrier) and a state (cancelled, waited
// for) that a block around it would hide: it gets its identity where it is made, below.
struct block_layout { void *class; int flags, reserved; void *invoke; };
static void *created_invoke;
extern block dispatch_block_create(unsigned long flags, block);
extern void _Block_release(const void *);
__attribute__((constructor)) static void learn_created_invoke(void) {
  block sample = dispatch_block_create(0, ^{});
  created_invoke = ((struct block_layout *)sample)->invoke;
  _Block_release(sample);
}
static bool is_created(block body) {
  return body && ((struct block_layout *)body)->invoke == created_invoke;
}
static bool needs_no_carrying(uint32_t execution, block body) {
  return !execution || is_created(body);
}

typedef block (*block_create)(unsigned long, block);
block dispatch_block_create(unsigned long flags, block body) {
  REAL(block_create, dispatch_block_create);
  return execution ? ((block_create)real)(flags, CARRY(body())) : ((block_create)real)(flags, body);
}
typedef block (*block_create_qos)(unsigned long, unsigned, int, block);
block dispatch_block_create_with_qos_class(
    unsigned long flags, unsigned qos, int priority, block body) {
  REAL(block_create_qos, dispatch_block_create_with_qos_class);
  block_create_qos call = real;
  return execution ? call(flags, qos, priority, CARRY(body())) : call(flags, qos, priority, body);
}

#define SUBMIT(name, PARAMETERS, ...)                                       \
  typedef void (*name##_call) PARAMETERS;                                   \
  void name PARAMETERS {                                                    \
    REAL(name##_call, name);                                                \
    name##_call call = real;                                                \
    if (needs_no_carrying(execution, body)) call(__VA_ARGS__ body);         \
    else call(__VA_ARGS__ CARRY(body()));                                   \
  }
SUBMIT(dispatch_async, (void *queue, block body), queue, )
SUBMIT(dispatch_barrier_async, (void *queue, block body), queue, )
SUBMIT(dispatch_after, (uint64_t when, void *queue, block body), when, queue, )
SUBMIT(dispatch_group_async, (void *group, void *queue, block body), group, queue, )
SUBMIT(dispatch_group_notify, (void *group, void *queue, block body), group, queue, )

// Handlers of sources may be NULL, which removes them.
#define HANDLER(name)                                                       \
  typedef void (*name##_call)(void *, block);                               \
  void name(void *source, block body) {                                     \
    REAL(name##_call, name);                                                \
    name##_call call = real;                                                \
    if (!body || needs_no_carrying(execution, body)) call(source, body);    \
    else call(source, CARRY(body()));                                       \
  }
HANDLER(dispatch_source_set_event_handler)
HANDLER(dispatch_source_set_cancel_handler)
HANDLER(dispatch_source_set_registration_handler)

typedef void (*apply)(size_t, void *, indexed_block);
void dispatch_apply(size_t count, void *queue, indexed_block body) {
  REAL(apply, dispatch_apply);
  apply call = real;
  if (!execution) { call(count, queue, body); return; }
  call(count, queue, ^(size_t index) {
    if (is_stopped(execution)) return;  // a worker that came after the cell was stopped
    uint32_t before = own_execution;
    own_execution = execution;
    adopt_thread();
    body(index);
    own_execution = before;
  });
}
