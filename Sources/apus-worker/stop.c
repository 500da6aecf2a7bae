#define _GNU_SOURCE
#include "worker.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// A cell is stopped by a signal to its threads. Each parks where that tears nothing: no dynamic
// access to a variable is open, and no library that may hold a lock is at work above the cell's
// own code, unless it waits in a system call. For CAREFUL_NS no library at all may be at work
// there (the Swift runtime has locks too); after FORCED_NS the cell thread parks anyway. Inside
// the worker's own code (own_depth) no thread ever parks.

enum { CAREFUL, PATIENT, FORCED };
static const int64_t CAREFUL_NS = 300000000, FORCED_NS = 2000000000;
static pthread_mutex_t stopping = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int phase;
static _Atomic bool is_pending;  // the cell thread is asked to park
static _Atomic uint32_t stopped_execution;
static _Atomic int reason, stop_code;

enum { NO_ANSWER, NOT_NOW, PARKED };
static _Atomic int answer;  // of the cell thread
enum { MAX_REFUSALS = 1024 };
static _Atomic int answers, refusal_count;  // of the other threads
static _Atomic pid_t refusals[MAX_REFUSALS];

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static void pause_for(long microseconds) {
  struct timespec t = {0, microseconds * 1000};
  nanosleep(&t, NULL);
}

// ---- Executions that were stopped: what is left of their tasks does not run on
enum { REMEMBERED = 65536 };
static _Atomic uint32_t stopped[REMEMBERED];  // by execution, the last that has the place
bool is_stopped(uint32_t execution) {
  return execution && atomic_load(&stopped[execution % REMEMBERED]) == execution;
}

// ---- Open accesses to variables, counted at the runtime's own checks
static __thread volatile int access_depth;
static void (*real_begin)(void *, void *, uintptr_t, void *);
static void (*real_end)(void *);
__attribute__((constructor)) static void find_access_checks(void) {
  real_begin = (void (*)(void *, void *, uintptr_t, void *))dlsym(RTLD_NEXT, "swift_beginAccess");
  real_end = (void (*)(void *))dlsym(RTLD_NEXT, "swift_endAccess");
}
void swift_beginAccess(void *pointer, void *buffer, uintptr_t flags, void *pc) {
  real_begin(pointer, buffer, flags, pc);
  if (flags & 0x20) access_depth++;  // tracked: an end will follow
}
void swift_endAccess(void *buffer) {
  real_end(buffer);
  if (--access_depth != 0 || !atomic_load_explicit(&is_pending, memory_order_relaxed)) return;
  if (!is_live_cell_thread() || !cell_is_running || own_depth > 0) return;
  is_pending = false;
  answer = PARKED;
  struct trap trap;
  memset(&trap, 0, sizeof trap);
  report_and_park(&trap);
}

// ---- Whether this thread may park here
static bool waits_in_system_call(const ucontext_t *user) {
  const unsigned char *pc = (const unsigned char *)user->uc_mcontext.gregs[REG_RIP];
  long result = (long)user->uc_mcontext.gregs[REG_RAX];
  if (!may_hold_lock((uintptr_t)pc)) return false;
  if (pc[-2] == 0x0f && pc[-1] == 0x05 && result == -EINTR) return true;
  if (pc[0] != 0x0f || pc[1] != 0x05) return false;  // about to call again (SA_RESTART)
  switch (result) {
    case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_read: case SYS_poll: case SYS_ppoll:
    case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_futex: case SYS_wait4: case SYS_waitid:
    case SYS_select: case SYS_pselect6: case SYS_recvfrom: case SYS_recvmsg: case SYS_accept:
    case SYS_accept4: case SYS_connect: case SYS_pause: case SYS_rt_sigsuspend:
    case SYS_rt_sigtimedwait: return true;
    default: return false;
  }
}
static bool may_park(const struct trap *trap, const ucontext_t *user) {
  if (own_depth > 0) return false;
  if (phase == FORCED) return true;
  bool is_waiting = waits_in_system_call(user);
  // What it waits for may never come. Accesses are counted by thread: one left open hinders no
  // other thread.
  if (access_depth > 0) return is_waiting && phase == PATIENT;
  if (is_waiting) return true;
  for (int i = 0; i < trap->frame_count; i++) {
    uintptr_t pc = (uintptr_t)trap->frames[i];
    if (is_cell_code(pc)) return true;
    if (phase == CAREFUL || may_hold_lock(pc)) return false;
  }
  return true;
}
// Threads of the cell, and, where tasks of earlier cells take the whole pool, these too: the next
// cell could await nothing.
static _Atomic bool stops_whole_pool;
enum meant { NOT_MEANT, MEANT, UNSURE };
static bool runs_cell_code(const struct trap *trap) {
  for (int i = 0; i < trap->frame_count; i++)
    if (is_cell_code((uintptr_t)trap->frames[i])) return true;
  return false;
}

// Looks at the top of the stack itself, word by word.
static bool has_returns_to_cell(uintptr_t stack_pointer) {
  uintptr_t words[PAGE_WORDS];
  for (int page = 0; page < 9; page++) {
    int count = read_stack(stack_pointer, words);
    for (int i = 0; i < count; i++)
      if (is_cell_code(words[i])) return true;
    if (!count) return false;
    stack_pointer += (uintptr_t)count * sizeof *words;
  }
  return false;
}

static enum meant is_meant_for_other(const struct trap *trap, const ucontext_t *user) {
  if (is_pool_thread)
    return own_execution && (own_execution == stopped_execution || stops_whole_pool) ? MEANT
                                                                                    : NOT_MEANT;
  if (own_execution != stopped_execution) return NOT_MEANT;
  // Libraries start threads of their own while they work for a cell; those must go on.
  if (runs_cell_code(trap)) return MEANT;
  // libc keeps no frame pointers: above it the cell's code may be out of sight.
  if (!waits_in_system_call(user)) return UNSURE;
  return has_returns_to_cell((uintptr_t)user->uc_mcontext.gregs[REG_RSP]) ? MEANT : NOT_MEANT;
}

static void refuse_to_park(void) {
  int index = atomic_fetch_add(&refusal_count, 1);
  if (index < MAX_REFUSALS) refusals[index] = (pid_t)syscall(SYS_gettid);
}

static void on_stop(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  if (is_own_thread || is_forked_child) {
    atomic_fetch_add(&answers, 1);
    return;
  }
  int error = errno;
  ucontext_t *user = context;
  static __thread struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.frame_count = walk_frames((uintptr_t)user->uc_mcontext.gregs[REG_RIP],
                                 (uintptr_t)user->uc_mcontext.gregs[REG_RBP], trap.frames);
  bool is_cell = is_live_cell_thread();
  enum meant meant = is_cell ? (is_pending && cell_is_running ? MEANT : NOT_MEANT)
                             : is_meant_for_other(&trap, user);
  if (meant == MEANT && may_park(&trap, user)) {
    trap.signal = is_cell ? STOPPED : OTHER_STOPPED;
    if (is_cell) answer = PARKED;
    else atomic_fetch_add(&answers, 1);
    report_and_park(&trap);
  }
  if (is_cell) {
    answer = NOT_NOW;
  } else {
    if (meant != NOT_MEANT) refuse_to_park();
    atomic_fetch_add(&answers, 1);
  }
  errno = error;
}

void install_stop_handler(void) {
  struct sigaction action = {
      .sa_sigaction = on_stop, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(STOP_SIGNAL, &action, NULL);
}

// ---- Asking
static void stop_cell_thread(int64_t start) {
  answer = NO_ANSWER;
  is_pending = true;
  // It may also have trapped meanwhile: then the watcher knows, or will.
  while (cell_is_running && answer != PARKED && !is_parked(cell_tid)) {
    int64_t age = now() - start;
    phase = age > FORCED_NS ? FORCED : age > CAREFUL_NS ? PATIENT : CAREFUL;
    if (stop_main_drain()) break;
    if (answer == NOT_NOW) answer = NO_ANSWER;
    syscall(SYS_tgkill, getpid(), cell_tid, STOP_SIGNAL);
    for (int i = 0; i < 10 && answer == NO_ANSWER; i++) pause_for(20);
    if (answer == NOT_NOW) pause_for(age > FORCED_NS ? 2000 : 200);
  }
  is_pending = false;
}

static bool ask(pid_t tid) {
  if (tid == cell_tid || is_parked(tid)) return false;
  return !syscall(SYS_tgkill, getpid(), tid, STOP_SIGNAL);
}
// Threads that block the signal do not answer.
static void wait_for_answers(int asked) {
  for (int i = 0; i < 40 && answers < asked; i++) pause_for(25);
}
static void ask_all_threads(void) {
  DIR *folder = opendir("/proc/self/task");
  if (!folder) return;
  answers = refusal_count = 0;
  int asked = 0;
  pid_t own = (pid_t)syscall(SYS_gettid);
  for (struct dirent *entry; (entry = readdir(folder));) {
    pid_t tid = atoi(entry->d_name);
    if (tid > 0 && tid != own && ask(tid)) asked++;
  }
  closedir(folder);
  wait_for_answers(asked);
}
// Those that work for the cell and could not park.
static void ask_again(void) {
  static pid_t again[MAX_REFUSALS];
  int count = refusal_count < MAX_REFUSALS ? refusal_count : MAX_REFUSALS, asked = 0;
  for (int i = 0; i < count; i++) again[i] = refusals[i];
  answers = refusal_count = 0;
  for (int i = 0; i < count; i++)
    if (ask(again[i])) asked++;
  wait_for_answers(asked);
}
static void stop_other_threads(void) {
  int64_t start = now();
  phase = CAREFUL;
  ask_all_threads();
  for (int64_t age; refusal_count > 0 && (age = now() - start) < FORCED_NS + CAREFUL_NS;) {
    phase = age > FORCED_NS ? FORCED : age > CAREFUL_NS ? PATIENT : CAREFUL;
    ask_again();
    pause_for(50);
  }
}

// Called on the link's thread (interrupt) and on the watcher's (a trap or exit in another thread).
void stop_cell(uint32_t execution, enum status why, int exit_code) {
  pthread_mutex_lock(&stopping);
  if (cell_is_running && running_execution == execution && !is_stopped(execution)) {
    reason = why;
    stop_code = exit_code;
    stopped_execution = execution;
    *runtime.cancel_requested = 1;
    stops_whole_pool = pool_is_starved();
    atomic_store(&stopped[execution % REMEMBERED], execution);
    stop_cell_thread(now());
    stop_other_threads();
  }
  pthread_mutex_unlock(&stopping);
}
void finish_stopped_cell(void) { finish_cell((enum status)reason, stop_code); }
