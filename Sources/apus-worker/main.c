#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct runtime runtime;

// ---- The link's reader
static bool read_all(void *bytes, size_t count) {
  for (char *at = bytes; count;) {
    ssize_t n = read(link_descriptor, at, count);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    count -= (size_t)n;
  }
  return true;
}

// A payload being read; a short one is of another version of the engine, or broken.
struct fields { const uint8_t *at; size_t left; };
static const uint8_t *take(struct fields *fields, size_t count) {
  if (count > fields->left) _exit(70);
  const uint8_t *start = fields->at;
  fields->at += count;
  fields->left -= count;
  return start;
}
static uint8_t take_u8(struct fields *fields) { return *take(fields, 1); }
static uint32_t take_u32(struct fields *fields) {
  uint32_t value;
  memcpy(&value, take(fields, 4), 4);
  return value;
}
static char *take_text(struct fields *fields) {
  uint32_t count = take_u32(fields);
  const uint8_t *start = take(fields, count);
  char *text = malloc((size_t)count + 1);
  if (!text) _exit(70);
  memcpy(text, start, count);
  text[count] = 0;
  return text;
}

static void receive(uint8_t kind, struct fields *fields) {
  switch (kind) {
    case 1: {
      struct request *request = calloc(1, sizeof *request);
      if (!request) _exit(70);
      request->execution = take_u32(fields);
      request->library = take_text(fields);
      request->entry = take_text(fields);
      request->is_async = take_u8(fields);
      request->allows_input = take_u8(fields);
      enqueue_cell(request);
      break;
    }
    case 2:
      stop_cell(running_execution, INTERRUPTED, 0);
      break;
    case 3: {
      uint32_t execution = take_u32(fields);
      answer_input(execution, take_u8(fields) ? take_text(fields) : NULL);
      break;
    }
    case 4: {
      struct request *request = calloc(1, sizeof *request);
      if (!request) _exit(70);
      request->execution = take_u32(fields);
      request->allows_input = take_u8(fields);
      enqueue_cell(request);
      break;
    }
    default:
      break;
  }
}

// Reads what the engine says; its end is ours.
static void *read_link(void *argument) {
  (void)argument;
  for (;;) {
    uint32_t count;
    uint8_t kind;
    if (!read_all(&count, 4) || !read_all(&kind, 1)) _exit(0);
    uint8_t *payload = malloc((size_t)count + 1);
    if (!payload || !read_all(payload, count)) _exit(0);
    receive(kind, &(struct fields){payload, count});
    free(payload);
  }
  return NULL;
}

// ---- The process's first thread serves Dispatch's main queue. It also opens the libraries of
// cells until Foundation is there: that binds the main queue to the thread that opens it.
extern int _dispatch_get_main_queue_handle_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *);
struct opening { const char *path; void *handle; char *problem; _Atomic bool is_done; };
static struct opening *_Atomic opening;
static int opening_event;

static void open_here(struct opening *o) {
  o->handle = dlopen(o->path, RTLD_NOW | RTLD_GLOBAL);
  if (!o->handle) o->problem = strdup(dlerror());
  o->is_done = true;
}
// The handle stays open: closing the last one has the loader walk all libraries.
static bool foundation_is_open(void) {
  static void *_Atomic handle;
  if (!handle) handle = dlopen("libFoundation.so", RTLD_NOW | RTLD_NOLOAD);
  return handle;
}
void *open_library(const char *path, char **problem) {
  struct opening o = {.path = path};
  if (foundation_is_open()) {
    open_here(&o);
  } else {
    opening = &o;
    eventfd_write(opening_event, 1);
    // The first thread may be inside a block of the user's that does not end: then it is
    // opened here after all.
    for (int i = 0; !o.is_done; i++) {
      if (i == 20000 && atomic_exchange(&opening, NULL)) open_here(&o);
      struct timespec moment = {0, 50000};
      if (!o.is_done) nanosleep(&moment, NULL);
    }
  }
  *problem = o.problem;
  return o.handle;
}
static _Noreturn void serve_main_queue(void) {
  struct pollfd events[] = {
      {_dispatch_get_main_queue_handle_4CF(), POLLIN, 0}, {opening_event, POLLIN, 0}};
  for (;;) {
    if (poll(events, 2, -1) < 0) continue;
    eventfd_t count;
    if (events[1].revents & POLLIN) {
      eventfd_read(opening_event, &count);
      struct opening *o = atomic_exchange(&opening, NULL);
      if (o) open_here(o);
    }
    if (events[0].revents & POLLIN) {
      eventfd_read(events[0].fd, &count);
      _dispatch_main_queue_callback_4CF(NULL);
      own_execution = 0;
    }
  }
}

// ---- Start
static void *find(void *library, const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol) return symbol;
  dprintf(2, "apus-worker: %s is not in the library: %s\n", name, dlerror());
  _exit(70);
}
static void open_runtime(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    dprintf(2, "apus-worker: %s\n", dlerror());
    _exit(70);
  }
  runtime.start = (void (*)(const void *const *))find(library, "apus_cell_start");
  runtime.run_main_job = (void (*)(void *))find(library, "apus_cell_run_main_job");
  runtime.run_pool_job = (void (*)(void *))find(library, "apus_cell_run_pool_job");
  runtime.cancel_requested = (_Atomic int *)find(library, "apus_cancel_requested");
  runtime.describe_error =
      (void (*)(void *, char **, char **))find(library, "apus_cell_describe_error");
}
static void *find_symbol(const char *name) { return dlsym(RTLD_DEFAULT, name); }
static void start_runtime(void) {
  const void *const functions[] = {
      (void *)send_frame, (void *)current_execution, (void *)flush_output, (void *)enqueue_main,
      (void *)enqueue_pool, (void *)drain_main, (void *)end_async_cell,
      (void *)is_live_cell_thread, (void *)ask_for_input, (void *)find_symbol};
  runtime.start(functions);
}

int main(int count, char **arguments) {
  if (count != 3) {
    dprintf(2, "usage: apus-worker LINK-DESCRIPTOR LIBRARY (started by apus)\n");
    return 64;
  }
  link_descriptor = atoi(arguments[1]);
  fcntl(link_descriptor, F_SETFD, FD_CLOEXEC);
  opening_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (opening_event < 0) return 70;
  open_runtime(arguments[2]);
  note_images();
  replace_standard_streams();
  follow_children();
  install_trap_handlers();
  install_stop_handler();
  adopt_thread();
  start_runtime();
  start_pool();
  start_cell_thread();
  start_own_thread(read_link);
  struct payload ready = {0};
  put_u32(&ready, (uint32_t)getpid());
  send_payload(64, &ready);
  serve_main_queue();
}
