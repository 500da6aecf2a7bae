#define _GNU_SOURCE
#include "worker.h"
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_PARKED = 65536 };
static _Atomic int parked[MAX_PARKED];
static _Atomic int parked_count;

// The thread never runs again, nor ends: its stack and thread locals stay as they are.
_Noreturn void park(void) {
  int index = atomic_fetch_add(&parked_count, 1);
  if (index < MAX_PARKED) atomic_store(&parked[index], (int)syscall(SYS_gettid));
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  for (;;) syscall(SYS_pause);
}

int parked_thread_count(void) { return parked_count; }

bool is_parked(long tid) {
  int count = atomic_load(&parked_count);
  if (count > MAX_PARKED) count = MAX_PARKED;
  for (int i = 0; i < count; i++)
    if (atomic_load(&parked[i]) == tid) return true;
  return false;
}
