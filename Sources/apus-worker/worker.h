// apus-worker: the process in which cells run. C, because it holds what must be
// async-signal-safe, the symbols that it puts before those of the Swift runtime, and dlopen.
//
//   main.c       start, signals' handlers, the link's reader
//   threads.c    the cell thread and the pool; running a cell; parking
//   crash.c      traps: record, park, watch, tell
//   interrupt.c  stopping a cell without tearing what it holds
//   held.c       statics, actors and queues that a parked thread still holds
//   output.c     stdout, stderr and stdin of cells
//   link.c       frames to the engine
//
// Policy: a thread that traps or is interrupted is parked for ever, with its stack and its thread
// locals, and another takes its place. Nothing is unwound, so nothing is left half-written.
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <ucontext.h>

enum status { SUCCEEDED, THREW, TRAPPED, INTERRUPTED, EXITED, NOT_LOADED };
enum { MAX_FRAMES = 64 };

// A payload in the making (link.c).
struct payload { uint8_t *bytes; size_t count, capacity; };
void put_u32(struct payload *, uint32_t);
void put_u64(struct payload *, uint64_t);
void put_u8(struct payload *, uint8_t);
void put_text(struct payload *, const char *);
void put_block(struct payload *, const void *, size_t);
void put_places(struct payload *, void *const *frames, int count, bool top_is_exact);
void send_payload(uint8_t kind, struct payload *);  // frees it
void send_frame(uint8_t kind, const uint8_t *bytes, size_t count);
extern int link_descriptor;

// Threads (threads.c).
struct request { uint32_t execution; char *library, *entry; bool is_async, allows_input; };
extern __thread bool is_cell_thread, is_pool_thread;
extern __thread unsigned long own_generation;
extern _Atomic unsigned long generation;
extern _Atomic bool cell_is_running;
extern _Atomic pid_t cell_tid;
extern _Atomic uint32_t running_execution;
extern _Atomic bool input_is_allowed;
void start_threads(void);
void start_pool_thread(void);
void enqueue_cell(struct request *);
void replace_cell_thread(void);
void finish_cell(enum status, int exit_code);
bool is_live_cell_thread(void);
bool interrupt_main_drain(void);
void signal_pool_threads(int signal);
_Noreturn void park(void);
bool is_parked(long tid);
void note_stack_of_this_thread(void);
extern __thread uintptr_t stack_low, stack_high;

// The Swift runtime of cells in libApus.so, found by name.
struct runtime {
  void (*start)(const void *const *functions);
  void (*run_main_job)(void *);
  void (*run_pool_job)(void *);
  void (*describe_error)(void *, char **type, char **text);
};
extern struct runtime runtime;

// Traps (crash.c).
struct trap {
  int signal;  // 0: interrupted; -1: a pool thread was interrupted
  uintptr_t address;
  int frame_count;
  void *frames[MAX_FRAMES];
  bool on_cell_thread, on_pool_thread;
  uint32_t execution;
  void *thread;
};
void install_trap_handlers(void);
void use_alternate_stack(void);
int walk_frames(uintptr_t pc, uintptr_t frame_pointer, void **frames);
_Noreturn void report_and_park(struct trap *);

// What parked threads hold (held.c).
void note_held(void);

// Interrupts (interrupt.c).
void install_interrupt_handler(void);
void note_code(void *handle);
void interrupt_cell(void);

// Standard streams (output.c).
extern __thread uint32_t own_execution;
void replace_standard_streams(void);
void flush_output(void);
void release_stream_locks(void *thread);
uint32_t current_execution(void);
char *ask_for_input(const char *prompt, bool hidden);
void answer_input(char *text);
