#define _GNU_SOURCE
#include "worker.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int link_descriptor = -1;
static pthread_mutex_t link_lock = PTHREAD_MUTEX_INITIALIZER;

// ---- Payloads
static void put_block(struct payload *p, const void *bytes, size_t count) {
  if (p->count + count > p->capacity) {
    p->capacity = (p->count + count) * 2 + 64;
    p->bytes = realloc(p->bytes, p->capacity);
    if (!p->bytes) _exit(70);
  }
  if (count) memcpy(p->bytes + p->count, bytes, count);
  p->count += count;
}
void put_u8(struct payload *p, uint8_t v) { put_block(p, &v, 1); }
void put_u32(struct payload *p, uint32_t v) { put_block(p, &v, 4); }
void put_u64(struct payload *p, uint64_t v) { put_block(p, &v, 8); }
void put_text(struct payload *p, const char *text) {
  size_t count = text ? strlen(text) : 0;
  put_u32(p, (uint32_t)count);
  put_block(p, text, count);
}

// Places in code: a return address stands after its call, hence one byte less, but for the
// instruction that trapped itself.
void put_places(struct payload *p, void *const *frames, int count, bool top_is_exact) {
  put_u32(p, (uint32_t)count);
  for (int i = 0; i < count; i++) {
    Dl_info info;
    uintptr_t pc = (uintptr_t)frames[i] - (i == 0 && top_is_exact ? 0 : 1);
    if (!dladdr((void *)pc, &info) || !info.dli_fname) {
      put_text(p, "");
      put_u64(p, pc);
      put_text(p, "");
      continue;
    }
    put_text(p, info.dli_fname);
    put_u64(p, pc - (uintptr_t)info.dli_fbase);
    put_text(p, info.dli_sname);
  }
}

// ---- Frames
void lock_link(void) {
  enter_own();
  pthread_mutex_lock(&link_lock);
}
void unlock_link(void) {
  pthread_mutex_unlock(&link_lock);
  leave_own();
}

static void write_parts(struct iovec *parts, int count) {
  lock_link();
  for (int at = 0; at < count;) {
    ssize_t n = writev(link_descriptor, parts + at, count - at);
    if (n < 0) {
      if (errno == EINTR) continue;
      _exit(0);  // the engine is gone
    }
    while (at < count && (size_t)n >= parts[at].iov_len) n -= (ssize_t)parts[at++].iov_len;
    if (at < count) {
      parts[at].iov_base = (char *)parts[at].iov_base + n;
      parts[at].iov_len -= (size_t)n;
    }
  }
  unlock_link();
}
void send_frames(const void *bytes, size_t count) {
  struct iovec part = {(void *)bytes, count};
  write_parts(&part, 1);
}
void send_frame(uint8_t kind, const uint8_t *bytes, size_t count) {
  uint8_t head[5];
  uint32_t length = (uint32_t)count;
  memcpy(head, &length, 4);
  head[4] = kind;
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, count}};
  write_parts(parts, 2);
}
void send_payload(uint8_t kind, struct payload *p) {
  enter_own();
  send_frame(kind, p->bytes, p->count);
  free(p->bytes);
  leave_own();
}
void send_notice(const char *text) {
  struct payload p = {0};
  put_text(&p, text);
  send_payload(73, &p);
}
