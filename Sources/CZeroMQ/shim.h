#include <zmq.h>

// What Swift's Glibc module leaves out and the transport needs beside ZeroMQ.
#include <pthread.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/types.h>

int pthread_setname_np(pthread_t thread, const char *name);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int pipe2(int ends[2], int flags);
int pidfd_open(pid_t process, unsigned int flags);
