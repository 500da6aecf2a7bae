#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct runtime runtime;
extern _Noreturn void dispatch_main(void);

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
static uint32_t take_u32(const uint8_t **at) {
  uint32_t value;
  memcpy(&value, *at, 4);
  *at += 4;
  return value;
}
static char *take_text(const uint8_t **at) {
  uint32_t count = take_u32(at);
  char *text = malloc(count + 1);
  if (!text) _exit(70);
  memcpy(text, *at, count);
  text[count] = 0;
  *at += count;
  return text;
}

// Reads what the engine says; its end is ours.
static void *read_link(void *argument) {
  (void)argument;
  for (;;) {
    uint32_t count;
    uint8_t kind;
    if (!read_all(&count, 4) || !read_all(&kind, 1)) _exit(0);
    uint8_t *payload = malloc(count + 1);
    if (!payload || !read_all(payload, count)) _exit(0);
    const uint8_t *at = payload;
    if (kind == 1) {
      struct request *request = calloc(1, sizeof *request);
      if (!request) _exit(70);
      request->execution = take_u32(&at);
      request->library = take_text(&at);
      request->entry = take_text(&at);
      request->is_async = *at++;
      request->allows_input = *at++;
      enqueue_cell(request);
    } else if (kind == 2) {
      interrupt_cell();
    } else if (kind == 3) {
      take_u32(&at);
      answer_input(*at++ ? take_text(&at) : NULL);
    }
    free(payload);
  }
  return NULL;
}

static void *find(void *library, const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol) return symbol;
  dprintf(2, "apus-worker: %s is not in the library: %s\n", name, dlerror());
  _exit(70);
}

int main(int count, char **arguments) {
  if (count != 3) {
    dprintf(2, "usage: apus-worker LINK-DESCRIPTOR LIBRARY (started by apus)\n");
    return 64;
  }
  link_descriptor = atoi(arguments[1]);
  fcntl(link_descriptor, F_SETFD, FD_CLOEXEC);
  void *library = dlopen(arguments[2], RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    dprintf(2, "apus-worker: %s\n", dlerror());
    return 70;
  }
  runtime.start = (void (*)(const void *const *))find(library, "apus_cell_start");
  runtime.run_main_job = (void (*)(void *))find(library, "apus_cell_run_main_job");
  runtime.run_pool_job = (void (*)(void *))find(library, "apus_cell_run_pool_job");
  runtime.describe_error = (void (*)(void *, char **, char **))find(library, "apus_cell_describe_error");
  replace_standard_streams();
  install_trap_handlers();
  install_interrupt_handler();
  start_threads();
  pthread_t reader;
  if (pthread_create(&reader, NULL, read_link, NULL)) return 70;
  struct payload ready = {0};
  put_u32(&ready, (uint32_t)getpid());
  send_payload(64, &ready);
  dispatch_main();
}
