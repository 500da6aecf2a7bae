#define _GNU_SOURCE
#include "worker.h"
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Lines of input come from the frontend, asked for over the link.

// One asked question. The thread that asked may be parked while it waits, hence a futex of its
// own: a condition variable would wait for the parked thread for ever. Such a question stays in
// the list; its late answer finds it and wakes nobody.
struct question { struct question *next; uint32_t execution; _Atomic int is_answered; char *text; };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct question *questions;

static void add(struct question *question) {
  enter_own();
  pthread_mutex_lock(&lock);
  struct question **place = &questions;
  while (*place) place = &(*place)->next;
  *place = question;
  pthread_mutex_unlock(&lock);
  leave_own();
}

// NULL: there is none to be had.
char *ask_for_input(const char *prompt, bool hidden) {
  flush_output();
  if (!input_is_allowed) return NULL;
  struct question *question = calloc(1, sizeof *question);
  if (!question) return NULL;
  question->execution = current_execution();
  add(question);
  struct payload p = {0};
  put_u32(&p, question->execution);
  put_text(&p, prompt);
  put_u8(&p, hidden);
  send_payload(69, &p);
  while (!question->is_answered)
    syscall(SYS_futex, &question->is_answered, FUTEX_WAIT, 0, NULL, NULL, 0);
  char *text = question->text;
  free(question);
  return text;
}

void answer_input(uint32_t execution, char *text) {
  pthread_mutex_lock(&lock);
  struct question **place = &questions;
  // Questions of stopped cells are never answered.
  while (*place && ((*place)->execution != execution || is_stopped(execution)))
    place = &(*place)->next;
  struct question *question = *place;
  if (question) *place = question->next;
  pthread_mutex_unlock(&lock);
  if (!question) {
    free(text);
    return;
  }
  question->text = text;
  question->is_answered = 1;
  syscall(SYS_futex, &question->is_answered, FUTEX_WAKE, 1, NULL, NULL, 0);
}

// ---- The stream `stdin`, read by readLine, getchar and their kin
static char *line;
static size_t line_position;
static ssize_t read_stream(void *cookie, char *bytes, size_t count) {
  (void)cookie;
  if (!line) {
    char *text = ask_for_input("", false);
    if (!text) return 0;
    size_t length = strlen(text);
    char *longer = realloc(text, length + 2);
    if (!longer) {
      free(text);
      return -1;
    }
    memcpy(longer + length, "\n", 2);
    line = longer;
    line_position = 0;
  }
  size_t left = strlen(line + line_position), part = left < count ? left : count;
  memcpy(bytes, line + line_position, part);
  line_position += part;
  if (!line[line_position]) {
    free(line);
    line = NULL;
  }
  return (ssize_t)part;
}
FILE *open_input_stream(void) {
  return fopencookie(NULL, "r", (cookie_io_functions_t){.read = read_stream});
}
