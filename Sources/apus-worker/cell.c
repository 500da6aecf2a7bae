#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// The cell thread runs cells one by one, and between and inside them the jobs of the main actor.

__thread bool is_cell_thread;
_Atomic bool cell_is_running;
_Atomic pid_t cell_tid;
_Atomic uint32_t running_execution;
_Atomic bool input_is_allowed;

static __thread unsigned long own_generation;
static _Atomic unsigned long generation = 1;  // of the live cell thread
static _Atomic int last_mark;
static __thread jmp_buf top_of_cell;
static __thread volatile bool in_sync_cell;
enum { DRAIN_ENDED = 1, DRAIN_STOPPED = 2, THROWN = 3, LEFT = 4 };

struct job { struct job *next; void *job; uint32_t execution; };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct request *waiting_cell;
static struct job *main_jobs, **main_tail = &main_jobs;
static bool is_draining;
static _Atomic int async_end;  // 0, DRAIN_ENDED or DRAIN_STOPPED

void apus_mark(int32_t mark) { atomic_store_explicit(&last_mark, mark, memory_order_relaxed); }

bool is_live_cell_thread(void) { return is_cell_thread && own_generation == generation; }

static void take_lock(void) {
  enter_own();
  pthread_mutex_lock(&lock);
}
static void give_lock(void) {
  pthread_mutex_unlock(&lock);
  leave_own();
}

// ---- The end of a cell
void finish_cell(enum status status, int exit_code) {
  enter_own();
  if (atomic_exchange(&cell_is_running, false)) {
    flush_output();
    send_opened(running_execution);
    struct payload p = {0};
    put_u32(&p, running_execution);
    put_u8(&p, (uint8_t)status);
    put_u32(&p, (uint32_t)atomic_load(&last_mark));
    put_u32(&p, (uint32_t)exit_code);
    send_payload(72, &p);
  }
  leave_own();
}
// An error at top level: nothing of the cell is left on the stack of a synchronous one; the job
// of an asynchronous one stays where it is.
_Noreturn void leave_thrown_cell(void) {
  if (!is_live_cell_thread()) park();
  if (in_sync_cell) longjmp(top_of_cell, THROWN);
  replace_cell_thread();
  finish_cell(THREW, 0);
  park();
}

// ---- The main actor
void enqueue_main(void *job) {
  enter_own();
  struct job *item = calloc(1, sizeof *item);
  if (!item) _exit(70);
  item->job = job;
  item->execution = current_execution();
  take_lock();
  *main_tail = item;
  main_tail = &item->next;
  pthread_cond_broadcast(&changed);
  give_lock();
  leave_own();
}
static struct job *take_main(void) {
  struct job *item = main_jobs;
  main_jobs = item->next;
  if (!main_jobs) main_tail = &main_jobs;
  return item;
}
static void run_main(struct job *item) {
  void *job = item->job;
  own_execution = item->execution;
  free(item);
  if (is_stopped(own_execution)) hold_job(job);  // the rest of a stopped cell
  else runtime.run_main_job(job);
}
// Called by the main of an asynchronous cell once its first job has run.
void drain_main(void) {
  for (;;) {
    take_lock();
    is_draining = true;
    while (!main_jobs && !async_end && own_generation == generation)
      pthread_cond_wait(&changed, &lock);
    is_draining = false;
    bool is_over = async_end != 0, is_replaced = own_generation != generation;
    struct job *item = is_over || is_replaced ? NULL : take_main();
    give_lock();
    if (is_replaced) park();
    if (item) run_main(item);
    if (async_end) longjmp(top_of_cell, async_end);
  }
}
void end_async_cell(void) {
  take_lock();
  async_end = DRAIN_ENDED;
  pthread_cond_broadcast(&changed);
  give_lock();
}
// Ends the cell if it only waits for its tasks.
bool stop_main_drain(void) {
  take_lock();
  bool was_draining = is_draining;
  if (was_draining) async_end = DRAIN_STOPPED;
  pthread_cond_broadcast(&changed);
  give_lock();
  return was_draining;
}

// ---- Running a cell
// The system limits how many pieces of files a process may map, and each cell's library is two.
static void put_load_problem(struct payload *p, const char *problem) {
  char text[1024];
  bool is_full = strstr(problem, "failed to map segment") != NULL;
  snprintf(text, sizeof text, "%s%s", problem,
           is_full ? "; this session holds as many libraries of cells as the system allows a process "
                     "to map (vm.max_map_count), or memory ran out: a restart of the kernel frees them"
                   : "");
  put_text(p, text);
}
static int (*entry_of(struct request *request))(int, char **) {
  char *problem = NULL;
  enter_own();  // the loader's lock
  void *handle = open_library(request->library, &problem);
  int (*entry)(int, char **) = handle ? (int (*)(int, char **))dlsym(handle, request->entry) : NULL;
  if (entry) {
    note_code(handle);
  } else {
    struct payload p = {0};
    put_u32(&p, request->execution);
    put_text(&p, "LoadError");
    put_load_problem(&p, handle ? dlerror() : problem);
    put_u32(&p, 0);
    send_payload(70, &p);
    free(problem);
    finish_cell(NOT_LOADED, 0);
  }
  leave_own();
  return entry;
}
static void begin_cell(const struct request *request) {
  own_execution = request->execution;
  input_is_allowed = request->allows_input;
  last_mark = 0;
  async_end = 0;
  *runtime.cancel_requested = 0;
  forget_throws();
  clearerr_unlocked(stdin);  // the end of input is that of one cell
}
static void run_cell(struct request *request) {
  begin_cell(request);
  if (!request->library) return finish_cell(LOST, 0);
  int (*entry)(int, char **) = entry_of(request);
  if (!entry) return;
  static char *arguments[] = {"main", NULL};
  int end = setjmp(top_of_cell);
  if (end == 0) {
    in_sync_cell = !request->is_async;
    entry(1, arguments);
  }
  own_depth = 1;  // what was entered below is left; the end must not be torn
  in_sync_cell = false;
  if (own_generation != generation) park();
  if (end == LEFT) {
    own_depth = 0;
    return;  // its cells up to here have ended, and another is asked for
  }
  if (end == THROWN) finish_cell(THREW, 0);
  else if (end == DRAIN_STOPPED) finish_stopped_cell();
  else finish_cell(SUCCEEDED, 0);
  own_depth = 0;
}

static void free_request(struct request *request) {
  free(request->library);
  free(request->entry);
  free(request);
}

// The next request, or NULL when this thread has been replaced. Jobs of the main actor are run
// meanwhile.
static struct request *next_request(void) {
  for (;;) {
    take_lock();
    while (!main_jobs && !waiting_cell && own_generation == generation)
      pthread_cond_wait(&changed, &lock);
    struct job *job = NULL;
    struct request *request = NULL;
    bool is_replaced = own_generation != generation;
    if (!is_replaced && main_jobs) job = take_main();
    else if (!is_replaced) request = waiting_cell;
    give_lock();
    if (!job) return request;
    run_main(job);
  }
}
static void take_request(void) {
  take_lock();
  waiting_cell = NULL;
  give_lock();
}

// Called by the main of a unit between two of its cells: the one has ended, and the other waits
// until it is asked for. When something else is asked for, the rest of the unit is left.
void apus_next(void) {
  if (!is_live_cell_thread()) park();
  finish_cell(SUCCEEDED, 0);
  struct request *request = next_request();
  if (!request) park();
  if (request->library) longjmp(top_of_cell, LEFT);
  take_request();
  begin_cell(request);
  free_request(request);
}

static void *cell_thread(void *argument) {
  enter_own();
  own_generation = (unsigned long)argument;
  is_cell_thread = true;
  if (is_live_cell_thread()) cell_tid = (pid_t)syscall(SYS_gettid);
  leave_own();
  for (;;) {
    struct request *request = next_request();
    if (!request) park();
    take_request();
    run_cell(request);
    free_request(request);
  }
}

void start_cell_thread(void) {
  if (create_big_thread(cell_thread, (void *)generation)) _exit(70);
}
void replace_cell_thread(void) {
  enter_own();
  take_lock();
  generation++;
  pthread_cond_broadcast(&changed);
  give_lock();
  start_cell_thread();
  leave_own();
}
void enqueue_cell(struct request *request) {
  take_lock();
  cell_is_running = true;
  running_execution = request->execution;
  waiting_cell = request;
  pthread_cond_broadcast(&changed);
  give_lock();
}
