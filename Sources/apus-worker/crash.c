#define _GNU_SOURCE
#include "worker.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <stdlib.h>

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
    if (syscall(SYS_process_vm_readv, getpid(), &to, 1, &from, 1, 0) != sizeof pair) break;
    if (pair[1] < 4096) break;
    frames[count++] = (void *)pair[1];
    if (pair[0] <= frame_pointer) break;
    frame_pointer = pair[0];
  }
  return count;
}

_Noreturn void report_and_park(struct trap *trap) {
  note_held();
  trap->on_cell_thread = is_live_cell_thread();
  trap->on_pool_thread = is_pool_thread;
  trap->execution = own_execution;
  trap->thread = (void *)pthread_self();
  ssize_t n = write(trap_pipe[1], trap, sizeof *trap);
  (void)n;
  park();
}

static void on_trap(int signal, siginfo_t *info, void *context) {
  ucontext_t *user = context;
  static __thread struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.signal = signal;
  trap.address = (uintptr_t)info->si_addr;
  trap.frame_count = walk_frames((uintptr_t)user->uc_mcontext.gregs[REG_RIP],
                                 (uintptr_t)user->uc_mcontext.gregs[REG_RBP], trap.frames);
  report_and_park(&trap);
}

// abort() raises SIGABRT with locks held in libc; here it is a trap like any other.
void abort(void) {
  struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.signal = SIGABRT;
  trap.frame_count = walk_frames((uintptr_t)__builtin_return_address(0),
                                 *(uintptr_t *)__builtin_frame_address(0), trap.frames);
  report_and_park(&trap);
}

static void tell(const struct trap *trap) {
  flush_output();
  struct payload p = {0};
  put_u32(&p, trap->execution);
  put_u32(&p, (uint32_t)trap->signal);
  put_u64(&p, trap->address);
  put_u8(&p, trap->on_cell_thread);
  put_places(&p, trap->frames, trap->frame_count, true);
  send_payload(71, &p);
}

// Tells of traps and gives parked threads their successors.
static void *watch(void *argument) {
  (void)argument;
  struct trap trap;
  for (;;) {
    if (read(trap_pipe[0], &trap, sizeof trap) != sizeof trap) continue;
    release_stream_locks(trap.thread);
    if (trap.on_pool_thread) start_pool_thread();
    if (trap.signal == -1) continue;
    if (trap.signal == 0) {
      replace_cell_thread();
      finish_cell(INTERRUPTED, 0);
      continue;
    }
    if (!trap.execution) trap.execution = running_execution;
    tell(&trap);
    // A trap in a thread of an earlier cell leaves the running one alone.
    if (!trap.on_cell_thread && trap.execution != running_execution) continue;
    if (!cell_is_running) continue;
    replace_cell_thread();
    finish_cell(TRAPPED, 0);
  }
  return NULL;
}

void install_trap_handlers(void) {
  if (pipe2(trap_pipe, 02000000 /* O_CLOEXEC */)) _exit(70);
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  pthread_t thread;
  if (pthread_create(&thread, NULL, watch, NULL)) _exit(70);
  pthread_detach(thread);
}
