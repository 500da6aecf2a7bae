#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

// A trap is recorded on an alternate stack, written to a pipe, and its thread parked. The watcher
// reads the pipe, tells the engine and starts the thread's successor.

static int trap_pipe[2];
static __thread char alternate_stack[65536];

void use_alternate_stack(void) {
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
  sigaltstack(&stack, NULL);
}

// Frames by frame pointers. Memory is read by a system call that fails where there is none, since
// a trap may have come from a broken stack.
int walk_frames(uintptr_t pc, uintptr_t frame_pointer, void **frames) {
  int count = 0;
  frames[count++] = (void *)pc;
  while (count < MAX_FRAMES && frame_pointer > 4096 && !(frame_pointer & 7)) {
    uintptr_t pair[2];
    struct iovec to = {pair, sizeof pair}, from = {(void *)frame_pointer, sizeof pair};
    if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != sizeof pair) break;
    if (pair[1] < 4096) break;
    frames[count++] = (void *)pair[1];
    if (pair[0] <= frame_pointer) break;
    frame_pointer = pair[0];
  }
  return count;
}

// Libraries without frame pointers (libc's free and memset, the runtime's casts) break the chain:
// it leaves out the cell's own frame, or never reaches the cell. Words on the stack that are
// addresses in a cell, up to the first one that the chain has, stand for what is missing.
// Reads the words of a stack from `at` to the end of its page into `words`, since a read across the
// end of the stack would fail as a whole. Returns how many; 0 at the end.
int read_stack(uintptr_t at, uintptr_t words[PAGE_WORDS]) {
  size_t size = PAGE_WORDS * sizeof *words - (at & (PAGE_WORDS * sizeof *words - 1));
  struct iovec to = {words, size}, from = {(void *)at, size};
  ssize_t got = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
  return got > 0 ? (int)(got / (ssize_t)sizeof *words) : 0;
}

enum { MAX_FOUND = 12, MAX_PAGES = 17 };
static int find_cell_words(uintptr_t stack_pointer, uintptr_t known, void **found) {
  int count = 0;
  uintptr_t words[PAGE_WORDS];
  for (int page = 0; page < MAX_PAGES; page++) {
    int got = read_stack(stack_pointer, words);
    for (int i = 0; i < got && count < MAX_FOUND; i++) {
      if (known && words[i] == known) return count;
      if (is_cell_code(words[i] - 1)) found[count++] = (void *)words[i];
    }
    if (!got) break;
    stack_pointer += (uintptr_t)got * sizeof *words;
  }
  return count;
}
static void add_cell_frames(struct trap *trap, uintptr_t stack_pointer) {
  if (is_cell_code((uintptr_t)trap->frames[0])) return;
  int first = 1;
  while (first < trap->frame_count && !is_cell_code((uintptr_t)trap->frames[first] - 1)) first++;
  uintptr_t known = first < trap->frame_count ? (uintptr_t)trap->frames[first] : 0;
  void *found[MAX_FOUND];
  int count = find_cell_words(stack_pointer & ~(uintptr_t)7, known, found);
  int kept = trap->frame_count < MAX_FRAMES - count ? trap->frame_count : MAX_FRAMES - count;
  memmove(&trap->frames[1 + count], &trap->frames[1], (size_t)(kept - 1) * sizeof *trap->frames);
  memcpy(&trap->frames[1], found, (size_t)count * sizeof *found);
  trap->frame_count = kept + count;
}

_Noreturn void report_and_park(struct trap *trap) {
  abandon_output();
  note_held(&trap->task);
  trap->on_cell_thread = is_live_cell_thread();
  trap->on_pool_thread = is_pool_thread;
  trap->execution = own_execution ? own_execution : running_execution;
  trap->thread = (void *)pthread_self();
  if (is_pool_thread) leave_pool();
  ssize_t n = syscall(SYS_write, trap_pipe[1], trap, sizeof *trap);  // atomic: below PIPE_BUF
  (void)n;
  park();
}

static void on_trap(int number, siginfo_t *info, void *context) {
  if (is_own_thread) {
    // The worker itself is broken (a damaged heap): better gone than deaf. The engine sees it end.
    signal(number, SIG_DFL);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
    return;
  }
  ucontext_t *user = context;
  static __thread struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.signal = number;
  trap.address = (uintptr_t)info->si_addr;
  trap.top_is_exact = true;
  trap.frame_count = walk_frames((uintptr_t)user->uc_mcontext.gregs[REG_RIP],
                                 (uintptr_t)user->uc_mcontext.gregs[REG_RBP], trap.frames);
  add_cell_frames(&trap, (uintptr_t)user->uc_mcontext.gregs[REG_RSP]);
  report_and_park(&trap);
}

// abort() raises SIGABRT with locks held in libc; here it is a trap like any other.
void abort(void) {
  if (is_own_thread || is_forked_child) {
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(134);
  }
  struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.signal = SIGABRT;
  trap.frame_count = walk_frames((uintptr_t)__builtin_return_address(0),
                                 *(uintptr_t *)__builtin_frame_address(0), trap.frames);
  add_cell_frames(&trap, (uintptr_t)__builtin_frame_address(0));
  report_and_park(&trap);
}

// Whether memory may be damaged: the trap was found by libc itself, or happened inside it.
static bool is_from_libc(const struct trap *trap) {
  Dl_info info;
  if (trap->signal != SIGABRT && trap->signal != SIGSEGV && trap->signal != SIGBUS) return false;
  return trap->frame_count && dladdr(trap->frames[0], &info) && info.dli_fname &&
         strstr(info.dli_fname, "libc.so");
}

static void tell(const struct trap *trap) {
  flush_output();
  struct payload p = {0};
  put_u32(&p, trap->execution);
  put_u32(&p, (uint32_t)trap->signal);
  put_u64(&p, trap->address);
  put_u8(&p, trap->on_cell_thread);
  put_places(&p, trap->frames, trap->frame_count, trap->top_is_exact);
  send_payload(71, &p);
  if (is_from_libc(trap))
    send_notice("the cell may have damaged memory: restart the kernel before you trust results");
}

// What the end of a thread means to the running cell.
static void conclude(const struct trap *trap, enum status status) {
  bool is_of_running = cell_is_running && trap->execution == running_execution;
  if (trap->on_cell_thread) {
    replace_cell_thread();
    finish_cell(status, trap->exit_code);
  } else if (is_of_running) {
    stop_cell(trap->execution, status, trap->exit_code);
  }
}

static void handle(struct trap *trap) {
  release_stream_locks(trap->thread);
  if (trap->on_pool_thread) start_pool_thread();
  // A task of an earlier cell takes the cell with it that waits for its value.
  if (cell_is_running && waits_for(running_execution, trap->task))
    trap->execution = running_execution;
  switch (trap->signal) {
    case OTHER_STOPPED:
      return;
    case STOPPED:
      replace_cell_thread();
      finish_stopped_cell();
      return;
    case EXIT_CALLED:
      if (!trap->on_cell_thread && (!cell_is_running || trap->execution != running_execution))
        send_notice("exit was called after its cell had ended: only that thread was stopped");
      conclude(trap, EXITED);
      return;
    default:
      tell(trap);
      conclude(trap, TRAPPED);
  }
}

// Each parked thread keeps its stack: some 100 KiB, or what it had used of it.
static void advise(void) {
  static int told;
  int count = parked_thread_count();
  if (count < told + 200) return;
  told = count;
  char text[128];
  snprintf(text, sizeof text,
           "%d threads of stopped cells are kept; a restart of the kernel frees their memory", count);
  send_notice(text);
}

static void *watch(void *argument) {
  (void)argument;
  struct trap trap;
  for (;;) {
    if (read(trap_pipe[0], &trap, sizeof trap) != sizeof trap) continue;
    advise();
    handle(&trap);
  }
  return NULL;
}

static void ignore(int number) { (void)number; }

void install_trap_handlers(void) {
  if (pipe2(trap_pipe, O_CLOEXEC)) _exit(71);
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    sigaction(signals[i], &action, NULL);
  // Writing to a pipe that nobody reads is an error, not the end of every variable. A handler,
  // since children would inherit SIG_IGN.
  struct sigaction nothing = {.sa_handler = ignore, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigaction(SIGPIPE, &nothing, NULL);
  start_own_thread(watch);
}
