#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// A cell is stopped by a signal to its thread, which parks where that tears nothing: no dynamic
// access to a variable is open, and no frame above the cell's own is inside a library that may
// hold a lock (unless it waits in a system call).

struct range { uintptr_t low, high; };
enum { MAX_CODE = 65536 };
static struct range code[MAX_CODE];
static _Atomic int code_count;
static struct range locked[32];
static int locked_count;
static __thread volatile int access_depth;
static _Atomic bool is_pending;
static _Atomic bool is_forced;
static _Atomic int outcome;  // 1: not now, 2: parked
enum { NOT_NOW = 1, PARKED = 2 };

static bool is_in(const struct range *ranges, int count, uintptr_t pc) {
  for (int i = count - 1; i >= 0; i--) if (pc >= ranges[i].low && pc < ranges[i].high) return true;
  return false;
}

// ---- Code of cells
struct search { uintptr_t base; };
static int note_segments(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  if (info->dlpi_addr != ((struct search *)data)->base) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    int n = code_count;
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || n >= MAX_CODE) continue;
    code[n].low = info->dlpi_addr + segment->p_vaddr;
    code[n].high = code[n].low + segment->p_memsz;
    code_count = n + 1;
  }
  return 1;
}
void note_code(void *handle) {
  struct search search = {((struct link_map *)handle)->l_addr};
  dl_iterate_phdr(note_segments, &search);
}
static int note_locked(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  static const char *const names[] = {
      "libc.so", "ld-linux", "libdispatch", "libswift_Concurrency", "libpthread", "libApus.so"};
  bool is_locked = info->dlpi_name && !info->dlpi_name[0];  // the worker itself
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (info->dlpi_name && strstr(info->dlpi_name, names[i])) is_locked = true;
  if (!is_locked) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || locked_count >= 32) continue;
    locked[locked_count].low = info->dlpi_addr + segment->p_vaddr;
    locked[locked_count].high = locked[locked_count].low + segment->p_memsz;
    locked_count++;
  }
  return 0;
}

// ---- Open accesses to variables, counted at the runtime's own checks
static void (*real_begin)(void *, void *, uintptr_t, void *);
static void (*real_end)(void *);
__attribute__((constructor)) static void find_access_checks(void) {
  real_begin = (void (*)(void *, void *, uintptr_t, void *))dlsym(RTLD_NEXT, "swift_beginAccess");
  real_end = (void (*)(void *))dlsym(RTLD_NEXT, "swift_endAccess");
}
static void park_self(void) {
  struct trap trap;
  memset(&trap, 0, sizeof trap);
  report_and_park(&trap);
}
void swift_beginAccess(void *pointer, void *buffer, uintptr_t flags, void *pc) {
  real_begin(pointer, buffer, flags, pc);
  if (flags & 0x20) access_depth++;  // tracked: an end will follow
}
void swift_endAccess(void *buffer) {
  real_end(buffer);
  if (--access_depth == 0 && atomic_load_explicit(&is_pending, memory_order_relaxed) &&
      is_live_cell_thread() && cell_is_running) {
    is_pending = false;
    outcome = PARKED;
    park_self();
  }
}

// ---- The signal
static bool waits_in_system_call(const ucontext_t *user) {
  const unsigned char *pc = (const unsigned char *)user->uc_mcontext.gregs[REG_RIP];
  long result = (long)user->uc_mcontext.gregs[REG_RAX];
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

static void on_interrupt(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)info;
  ucontext_t *user = context;
  static __thread struct trap trap;
  memset(&trap, 0, sizeof trap);
  trap.frame_count = walk_frames((uintptr_t)user->uc_mcontext.gregs[REG_RIP],
                                 (uintptr_t)user->uc_mcontext.gregs[REG_RBP], trap.frames);
  if (is_pool_thread) {
    for (int i = 0; i < trap.frame_count; i++) {
      if (!is_in(code, code_count, (uintptr_t)trap.frames[i])) continue;
      trap.signal = -1;
      report_and_park(&trap);
    }
    return;
  }
  if (!is_live_cell_thread() || !cell_is_running) return;
  bool is_blocked = is_in(locked, locked_count, (uintptr_t)trap.frames[0]) && waits_in_system_call(user);
  bool is_unsafe = access_depth > 0;
  for (int i = 0; !is_blocked && i < trap.frame_count; i++) {
    uintptr_t pc = (uintptr_t)trap.frames[i];
    if (is_in(code, code_count, pc)) break;
    if (is_in(locked, locked_count, pc)) { is_unsafe = true; break; }
  }
  if (is_unsafe && !is_forced) {
    outcome = NOT_NOW;
    return;
  }
  outcome = PARKED;
  report_and_park(&trap);
}

void install_interrupt_handler(void) {
  dl_iterate_phdr(note_locked, NULL);
  struct sigaction action = {
      .sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGUSR1, &action, NULL);
}

static void pause_for(long microseconds) {
  struct timespec t = {0, microseconds * 1000};
  nanosleep(&t, NULL);
}

// Called on the link's thread.
void interrupt_cell(void) {
  if (!cell_is_running) return;
  if (interrupt_main_drain()) {
    signal_pool_threads(SIGUSR1);
    return;
  }
  is_forced = false;
  outcome = 0;
  is_pending = true;
  // For two seconds only where nothing is torn; then whatever it holds.
  for (int tries = 0; cell_is_running && outcome != PARKED && tries < 10000; tries++) {
    if (tries == 9000) is_forced = true;
    outcome = 0;
    syscall(SYS_tgkill, getpid(), cell_tid, SIGUSR1);
    for (int i = 0; i < 10 && outcome == 0; i++) pause_for(20);
    if (outcome == NOT_NOW) pause_for(200);
  }
  is_pending = false;
  is_forced = false;
}
