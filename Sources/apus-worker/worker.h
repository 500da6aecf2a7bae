// apus-worker: the process in which cells run. C, because it holds what must be
// async-signal-safe, the symbols that it puts before those of the Swift runtime, and dlopen.
//
//   main.c       start, the link's reader, the main queue, opening libraries
//   cell.c       the cell thread: running a cell, the main actor, the end of a cell
//   pool.c       the threads and timers of every other task
//   identity.c   which cell a thread works for; threads and blocks inherit it
//   park.c       threads that never run again
//   crash.c      traps: record, park, watch, tell
//   stop.c       stopping a cell without tearing what it holds
//   images.c     whose code an address is
//   held.c       statics, actors, queues and tasks that a parked thread still holds
//   thrown.c     where an error was thrown; errors and exit that end a cell
//   output.c     stdout and stderr of cells; children.c: what their children print
//   input.c      stdin of cells
//   opened.c     files that cells open to read
//   link.c       frames to the engine
//
// Policy: a thread that traps or is stopped is parked for ever, with its stack and its thread
// locals, and another takes its place. Nothing is unwound, so nothing is left half-written.
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

// Only what is put before the runtime's own symbols, apus_mark and apus_next, is seen by cells: a library
// of theirs may have a function `park` too.
#pragma GCC visibility push(hidden)

enum status { SUCCEEDED, THREW, TRAPPED, INTERRUPTED, EXITED, NOT_LOADED, LOST };
enum { MAX_FRAMES = 64 };
// SIGSTKFLT: Linux never sends it and no program listens to it, so that SIGUSR1 stays the user's.
enum { STOP_SIGNAL = 16 };

// ---- link.c: a payload in the making
struct payload { uint8_t *bytes; size_t count, capacity; };
void put_u8(struct payload *, uint8_t);
void put_u32(struct payload *, uint32_t);
void put_u64(struct payload *, uint64_t);
void put_text(struct payload *, const char *);
void put_places(struct payload *, void *const *frames, int count, bool top_is_exact);
void send_payload(uint8_t kind, struct payload *);  // frees it
void send_frame(uint8_t kind, const uint8_t *bytes, size_t count);
void send_frames(const void *bytes, size_t count);  // whole frames, ready made
void send_notice(const char *text);
void lock_link(void);
void unlock_link(void);
extern int link_descriptor;

// ---- identity.c
extern __thread uint32_t own_execution;
extern __thread bool is_own_thread;  // of the worker itself: no cell's code runs on it
uint32_t current_execution(void);
void adopt_thread(void);
void start_own_thread(void *(*body)(void *));
// Inside the worker's own code a thread may hold our locks: it must not be parked there.
extern __thread volatile int own_depth;
static inline void enter_own(void) { own_depth++; }
static inline void leave_own(void) { own_depth--; }

// ---- cell.c
// Without a library: the next cell of the unit that waits.
struct request { uint32_t execution; char *library, *entry; bool is_async, allows_input; };
extern __thread bool is_cell_thread;
extern _Atomic bool cell_is_running;
extern _Atomic pid_t cell_tid;
extern _Atomic uint32_t running_execution;
extern _Atomic bool input_is_allowed;
void start_cell_thread(void);
void enqueue_cell(struct request *);
void enqueue_main(void *job);
void drain_main(void);
void end_async_cell(void);
void replace_cell_thread(void);
void finish_cell(enum status, int exit_code);
bool is_live_cell_thread(void);
bool stop_main_drain(void);
_Noreturn void leave_thrown_cell(void);

// ---- pool.c
extern __thread bool is_pool_thread;
void start_pool(void);
void start_pool_thread(void);
void leave_pool(void);
bool pool_is_starved(void);
void enqueue_pool(void *job, uint64_t delay);
int create_big_thread(void *(*body)(void *), void *argument);

// ---- main.c: the Swift runtime of cells in libApus.so, found by name
struct runtime {
  void (*start)(const void *const *functions);
  void (*run_main_job)(void *);
  void (*run_pool_job)(void *);
  void (*describe_error)(void *, char **type, char **text);
  // What the frame's loops look at: a query that is asked to end does so by itself.
  _Atomic int *cancel_requested;
};
extern struct runtime runtime;
void *open_library(const char *path, char **problem);

// ---- park.c
_Noreturn void park(void);
bool is_parked(long tid);
int parked_thread_count(void);

// ---- crash.c
enum { STOPPED = 0, OTHER_STOPPED = -1, EXIT_CALLED = -2 };  // beside the numbers of signals
struct trap {
  int signal;
  int exit_code;
  uintptr_t address;
  int frame_count;
  void *frames[MAX_FRAMES];
  bool top_is_exact, on_cell_thread, on_pool_thread;
  uint32_t execution;
  void *thread, *task;  // the task that it ran, if any
};
void install_trap_handlers(void);
void use_alternate_stack(void);
enum { PAGE_WORDS = 512 };
int read_stack(uintptr_t at, uintptr_t words[PAGE_WORDS]);
int walk_frames(uintptr_t pc, uintptr_t frame_pointer, void **frames);
_Noreturn void report_and_park(struct trap *);

// ---- held.c
void note_held(void **task);
bool waits_for(uint32_t execution, void *task);
void hold_job(void *job);

// ---- images.c
void note_images(void);
void note_code(void *handle);
bool is_cell_code(uintptr_t pc);
bool may_hold_lock(uintptr_t pc);
bool is_dispatch_code(uintptr_t pc);

// ---- stop.c
void install_stop_handler(void);
void stop_cell(uint32_t execution, enum status reason, int exit_code);
void finish_stopped_cell(void);
bool is_stopped(uint32_t execution);

// ---- opened.c
void send_opened(uint32_t execution);

// ---- thrown.c
void forget_throws(void);

// ---- output.c, children.c and input.c
void replace_standard_streams(void);
void follow_children(void);
void flush_output(void);
void abandon_output(void);
void release_stream_locks(void *thread);
void lock_output(void);
void unlock_output(void);
extern _Atomic bool is_forked_child;
FILE *open_input_stream(void);
char *ask_for_input(const char *prompt, bool hidden);
void answer_input(uint32_t execution, char *text);

#pragma GCC visibility pop
