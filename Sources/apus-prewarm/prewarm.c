// apus-prewarm: preloaded into a compiler, makes of it a server of forks. The program is loaded and
// relocated once; each request forks, and the fork runs the program's own main with the arguments
// asked for. That saves a third of the time of a small compilation.
//
// The engine's end is a socket of packets, whose number APUS_PREWARM names:
//   request   a descriptor for the output, and the arguments, each ended by a zero byte
//   answers   {pid, -1} once the fork is there, {pid, status of wait} when it has ended
// The end of the socket is the end of the server, and that of every fork with it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*program)(int, char **, char **);
static program real_main;

enum { MAX_REQUEST = 1 << 18, MAX_ARGUMENTS = 4096 };
static char request[MAX_REQUEST];
static char *arguments[MAX_ARGUMENTS + 1];
static int engine;

struct answer { int32_t pid, status; };
static void tell(pid_t pid, int status) {
  struct answer answer = {pid, status};
  while (send(engine, &answer, sizeof answer, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

static void note_end(int number) { (void)number; }
static void reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) tell(pid, status);
}

// The number of arguments, or -1 when the engine is gone.
static int receive(int *output) {
  union { struct cmsghdr head; char bytes[CMSG_SPACE(sizeof(int))]; } control;
  struct iovec part = {request, sizeof request};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                           .msg_controllen = sizeof control};
  ssize_t size;
  while ((size = recvmsg(engine, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (size <= 0 || !head || head->cmsg_type != SCM_RIGHTS) return -1;
  memcpy(output, CMSG_DATA(head), sizeof *output);
  if (request[size - 1] || message.msg_flags & MSG_TRUNC) return -1;
  int count = 0;
  for (char *at = request; at < request + size; at += strlen(at) + 1)
    if (count < MAX_ARGUMENTS) arguments[count++] = at;
  arguments[count] = NULL;
  return count;
}

static int run(int count, int output, const sigset_t *mask, char **environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_SETMASK, mask, NULL);
  dup2(output, 1);
  dup2(output, 2);
  close(output);
  close(engine);
  return real_main(count, arguments, environment);
}

static int serve(char **environment) {
  sigset_t child, usual;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &usual);
  struct sigaction action = {.sa_handler = note_end};
  sigaction(SIGCHLD, &action, NULL);
  for (;;) {
    struct pollfd event = {engine, POLLIN, 0};
    int ready = ppoll(&event, 1, NULL, &usual);
    reap();
    if (ready <= 0) continue;
    int output = -1, count = receive(&output);
    if (count <= 0) return 0;
    pid_t pid = fork();
    if (!pid) return run(count, output, &usual, environment);
    close(output);
    tell(pid, pid < 0 ? 255 << 8 : -1);
  }
}

static int start(int count, char **values, char **environment) {
  const char *number = getenv("APUS_PREWARM");
  unsetenv("LD_PRELOAD");
  if (!number) return real_main(count, values, environment);
  engine = atoi(number);
  unsetenv("APUS_PREWARM");
  return serve(environment);
}

typedef int (*start_main)(program, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
int __libc_start_main(
    program main_function, int count, char **values, void (*initialise)(void),
    void (*finish)(void), void (*finish_loader)(void), void *stack_end) {
  real_main = main_function;
  start_main real = (start_main)dlsym(RTLD_NEXT, "__libc_start_main");
  return real(start, count, values, initialise, finish, finish_loader, stack_end);
}
