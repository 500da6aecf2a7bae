#define _GNU_SOURCE
#include "worker.h"
#include <link.h>
#include <string.h>

// Whose code an address is. Read by signal handlers: ranges are only ever added.

struct range { uintptr_t low, high; };
enum { MAX_CODE = 65536, MAX_LOCKED = 64, MAX_DISPATCH = 4 };
static struct range code[MAX_CODE], locked[MAX_LOCKED], dispatch[MAX_DISPATCH];
static _Atomic int code_count, locked_count, dispatch_count;

static void add(struct range *ranges, _Atomic int *count, int most, uintptr_t low, uintptr_t high) {
  int n = *count;
  if (n >= most) return;
  ranges[n] = (struct range){low, high};
  *count = n + 1;
}

static bool is_in(const struct range *ranges, int count, uintptr_t pc) {
  for (int i = count - 1; i >= 0; i--)
    if (pc >= ranges[i].low && pc < ranges[i].high) return true;
  return false;
}
bool is_cell_code(uintptr_t pc) { return is_in(code, code_count, pc); }
bool may_hold_lock(uintptr_t pc) { return is_in(locked, locked_count, pc); }
bool is_dispatch_code(uintptr_t pc) { return is_in(dispatch, dispatch_count, pc); }

static void add_image(
    const struct dl_phdr_info *info, struct range *ranges, _Atomic int *count, int most) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
    uintptr_t low = info->dlpi_addr + segment->p_vaddr;
    add(ranges, count, most, low, low + segment->p_memsz);
  }
}

static int note_cell(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  if (info->dlpi_addr != *(uintptr_t *)base) return 0;
  add_image(info, code, &code_count, MAX_CODE);
  return 1;
}
void note_code(void *handle) {
  uintptr_t base = ((struct link_map *)handle)->l_addr;
  dl_iterate_phdr(note_cell, &base);
}

// Libraries inside which a thread may hold a lock that others need.
static int note_image(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  static const char *const names[] = {
      "libc.so", "ld-linux", "libdispatch", "libswift_Concurrency", "libpthread", "libApus.so"};
  const char *name = info->dlpi_name;
  if (!name) return 0;
  if (strstr(name, "libdispatch")) add_image(info, dispatch, &dispatch_count, MAX_DISPATCH);
  bool is_locked = !name[0];  // the worker itself
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strstr(name, names[i])) is_locked = true;
  if (is_locked) add_image(info, locked, &locked_count, MAX_LOCKED);
  return 0;
}
void note_images(void) { dl_iterate_phdr(note_image, NULL); }
