// LD_PRELOAD library that counts every write, sync, rename, unlink, truncation and creation below SHIM_PATH, and at call
// number SHIM_AT does SHIM_MODE:
//   err        the call fails with SHIM_ERR; with SHIM_STICKY every later one too
//   short      half the bytes are written, without an error
//   shorterr   half the bytes are written, the continuation fails with SHIM_ERR
//   lostsync   the sync fails with EIO and what was not synced before is gone, as Linux does it
//   torn       half the bytes are written, then the process is killed
//   kill       the process is killed before the call
//   killafter  the process is killed after the call
// With SHIM_TRACE it prints the counted calls, what the load acknowledges (ack) and which keys a write holds (key).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MAX_FD 4096

enum action { PASS, FAIL, SHORT, TORN, KILL_AFTER, LOSE };

static const char *path_part, *mode;
static long at = -1, error_code = EIO, fail_writes_from;
static int sticky, trace, is_ready;
static _Atomic long calls;
static off_t synced[MAX_FD];
static char is_known[MAX_FD];

static void prepare(void) {
  if (is_ready) return;
  path_part = getenv("SHIM_PATH");
  mode = getenv("SHIM_MODE");
  if (getenv("SHIM_AT")) at = atol(getenv("SHIM_AT"));
  if (getenv("SHIM_ERR")) error_code = atol(getenv("SHIM_ERR"));
  sticky = getenv("SHIM_STICKY") != NULL;
  trace = getenv("SHIM_TRACE") != NULL;
  is_ready = 1;
}

static int concerns(const char *path) {
  prepare();
  return path_part && path && strstr(path, path_part) != NULL;
}

static const char *path_of(int fd) {
  static __thread char path[1024];
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return path;
}

static off_t size_of(int fd) {
  struct stat status;
  return fstat(fd, &status) ? 0 : status.st_size;
}

static void die(void) { kill(getpid(), SIGKILL); }

static enum action decide(const char *operation, const char *path) {
  long call = ++calls;
  if (trace) dprintf(2, "#%ld %s %s\n", call, operation, path);
  int is_write = !strcmp(operation, "write");
  if (fail_writes_from && call >= fail_writes_from && call < fail_writes_from + 3 && is_write) return FAIL;
  if (at < 0 || call < at || (call > at && !sticky)) return PASS;
  if (!strcmp(mode, "err")) return FAIL;
  if (call != at) return PASS;
  if (!strcmp(mode, "short")) return SHORT;
  if (!strcmp(mode, "shorterr")) {
    fail_writes_from = call + 1;
    return SHORT;
  }
  if (!strcmp(mode, "lostsync")) return LOSE;
  if (!strcmp(mode, "torn")) return TORN;
  if (!strcmp(mode, "kill")) die();
  return !strcmp(mode, "killafter") ? KILL_AFTER : PASS;
}

// Names the file itself: between two lines of one thread another thread, which writes a snapshot, may print its own.
static void trace_keys(const char *path, const char *bytes, size_t count) {
  const char *end = bytes + count, *found;
  while ((found = memmem(bytes, end - bytes, "\"a:", 3))) {
    const char *stop = memchr(found + 3, '"', end - found - 3);
    if (!stop) return;
    dprintf(2, "#0 key %s %.*s\n", path, (int)(stop - found - 3), found + 3);
    bytes = stop;
  }
}

ssize_t write(int fd, const void *bytes, size_t count) {
  __typeof__(&write) next = NEXT(write);
  prepare();
  if (fd == 1 && trace && count > 3 && *(const char *)bytes == 'A')
    dprintf(2, "#0 ack %.*s\n", (int)count - 3, (const char *)bytes + 2);
  if (fd < 3 || !concerns(path_of(fd))) return next(fd, bytes, count);
  if (fd < MAX_FD && !is_known[fd]) {
    is_known[fd] = 1;
    synced[fd] = size_of(fd);
  }
  enum action action = decide("write", path_of(fd));
  if (trace) trace_keys(path_of(fd), bytes, count);
  if (action == FAIL) {
    errno = error_code;
    return -1;
  }
  if (action == SHORT) return next(fd, bytes, count > 1 ? count / 2 : count);
  if (action == TORN) {
    next(fd, bytes, count / 2);
    die();
  }
  ssize_t written = next(fd, bytes, count);
  if (action == KILL_AFTER) die();
  return written;
}

int close(int fd) {
  if (fd >= 0 && fd < MAX_FD) is_known[fd] = 0;
  return NEXT(close)(fd);
}

static int sync_with(const char *operation, int fd, int (*next)(int)) {
  if (!concerns(path_of(fd))) return next(fd);
  enum action action = decide(operation, path_of(fd));
  if (action == FAIL) {
    errno = error_code;
    return -1;
  }
  if (action == LOSE) {
    struct stat status;
    int is_file = !fstat(fd, &status) && S_ISREG(status.st_mode);
    if (is_file && fd < MAX_FD && is_known[fd]) NEXT(ftruncate)(fd, synced[fd]);
    errno = EIO;
    return -1;
  }
  int result = next(fd);
  if (!result && fd < MAX_FD) synced[fd] = size_of(fd);
  if (action == TORN || action == KILL_AFTER) die();
  return result;
}

int fdatasync(int fd) { return sync_with("sync", fd, NEXT(fdatasync)); }
int fsync(int fd) { return sync_with("sync", fd, NEXT(fsync)); }

#define GUARD(operation, path, call)                          \
  do {                                                        \
    enum action action = decide(operation, path);             \
    if (action == FAIL) {                                     \
      errno = error_code;                                     \
      return -1;                                              \
    }                                                         \
    int result = call;                                        \
    if (action == TORN || action == KILL_AFTER) die();        \
    return result;                                            \
  } while (0)

int ftruncate(int fd, off_t length) {
  if (!concerns(path_of(fd))) return NEXT(ftruncate)(fd, length);
  GUARD("truncate", path_of(fd), NEXT(ftruncate)(fd, length));
}

int ftruncate64(int fd, off64_t length) {
  if (!concerns(path_of(fd))) return NEXT(ftruncate64)(fd, length);
  GUARD("truncate", path_of(fd), NEXT(ftruncate64)(fd, length));
}

int rename(const char *from, const char *to) {
  if (!concerns(to)) return NEXT(rename)(from, to);
  GUARD("rename", to, NEXT(rename)(from, to));
}

int unlink(const char *path) {
  if (!concerns(path)) return NEXT(unlink)(path);
  GUARD("unlink", path, NEXT(unlink)(path));
}

static int open_with(const char *name, const char *path, int flags, mode_t permissions) {
  int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
  if (!(flags & O_CREAT) || !concerns(path)) return next(path, flags, permissions);
  GUARD("open", path, next(path, flags, permissions));
}

static mode_t permissions_of(int flags, va_list rest) { return flags & O_CREAT ? va_arg(rest, mode_t) : 0; }

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t permissions = permissions_of(flags, rest);
  va_end(rest);
  return open_with("open", path, flags, permissions);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t permissions = permissions_of(flags, rest);
  va_end(rest);
  return open_with("open64", path, flags, permissions);
}
