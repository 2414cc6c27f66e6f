/*
 * Stands between the server and the system's calls that write files: loaded with LD_PRELOAD.
 *
 * It looks only at files whose name ends in `.db` (the database) or `.db-wal` (its write-ahead log).
 *   GUICHET_DISK_TRACE=PATH             every call is recorded there, in order, with its offset and bytes
 *   GUICHET_DISK_FAULT=KIND:NTH:TIMES:HOW   from the NTH call of that KIND on, so many calls fail
 * KIND is a line of `kinds` below. HOW is EIO, ENOSPC, or SHORT: the first write stops half-way, those after it find
 * the disk full.
 *
 * A record is a `struct record` followed by `length` bytes. Writes are made and recorded under one lock, so the order
 * of the records is the order of the writes. A sync is two records: other threads may write while it runs, and what
 * they write then is not synced by it. The record of its end is written before the caller learns of it.
 *
 * The system is called directly, with 64-bit offsets: Linux on 64-bit machines.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum file { OTHER, DATABASE, LOG };
enum what { OPEN = 1, WRITE, TRUNCATE, SYNC_BEGUN, SYNC_ENDED, UNLINK, RENAME, CLOSE };

/* `at` is the offset of a write, the new length of a truncated file, and the number of a sync. */
struct record {
    uint8_t what, file, error, injected, unused[4];
    uint64_t at, length;
};

static const char *const kinds[] = {"write-db", "write-wal", "sync-db", "sync-wal", "truncate", "open"};
enum { NO_KIND = -1, WRITE_DATABASE, WRITE_LOG, SYNC_DATABASE, SYNC_LOG, TRUNCATE_FILE, OPEN_FILE, KINDS };

enum { MOST_FILES = 65536, HALF = 255 };
static uint8_t file_of[MOST_FILES];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static uint64_t syncs, calls[KINDS];

/* The fault: which calls of which kind fail, and with which error. */
static int fault_kind = NO_KIND, fault_error, fault_is_short;
static uint64_t fault_first, fault_times;

static void give_up(const char *why)
{
    fprintf(stderr, "the disk shim: %s\n", why);
    abort();
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("GUICHET_DISK_TRACE"), *fault = getenv("GUICHET_DISK_FAULT");
    if (path) {
        trace = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (trace < 0)
            give_up("the trace cannot be opened");
    }
    if (fault) {
        char kind[16], how[16];
        if (sscanf(fault, "%15[^:]:%lu:%lu:%15s", kind, &fault_first, &fault_times, how) != 4)
            give_up("GUICHET_DISK_FAULT is not KIND:NTH:TIMES:HOW");
        for (int i = 0; i < KINDS; i++)
            if (!strcmp(kinds[i], kind))
                fault_kind = i;
        if (fault_kind == NO_KIND)
            give_up("GUICHET_DISK_FAULT names no kind");
        fault_is_short = !strcmp(how, "SHORT");
        fault_error = strcmp(how, "EIO") ? ENOSPC : EIO;
    }
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

static int file_named(const char *path)
{
    return ends_with(path, ".db") ? DATABASE : ends_with(path, ".db-wal") ? LOG : OTHER;
}

static int file_at(int fd)
{
    return fd >= 0 && fd < MOST_FILES ? file_of[fd] : OTHER;
}

/* What this call of that kind meets: 0, an error, or HALF. Under the lock. */
static int fault(int kind)
{
    uint64_t call = ++calls[kind];
    if (kind != fault_kind || call < fault_first || call - fault_first >= fault_times)
        return 0;
    return fault_is_short && call == fault_first ? HALF : fault_error;
}

/* Under the lock. */
static void record(int what, int file, int error, int injected, uint64_t at, const void *bytes, uint64_t length)
{
    struct record head = {.what = what, .file = file, .error = error, .injected = injected, .at = at, .length = length};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, length}};
    if (trace < 0)
        return;
    if (syscall(SYS_writev, trace, parts, 2) != (long)(sizeof head + length))
        give_up("the trace cannot be written");
}

static int fail(int error)
{
    if (error)
        errno = error;
    return -1;
}

static int open_file(int directory, const char *path, int flags, mode_t mode)
{
    int file = file_named(path);
    if (file == OTHER)
        return syscall(SYS_openat, directory, path, flags, mode);
    pthread_mutex_lock(&lock);
    int injected = fault(OPEN_FILE);
    int fd = injected ? fail(fault_error) : syscall(SYS_openat, directory, path, flags, mode);
    int error = fd < 0 ? errno : 0;
    if (fd >= MOST_FILES)
        give_up("too many files are open");
    if (fd >= 0)
        file_of[fd] = file;
    record(OPEN, file, error, injected != 0, 0, NULL, 0);
    if (fd >= 0 && flags & O_TRUNC)
        record(TRUNCATE, file, 0, 0, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return fd;
}

/* Only where a new file may be made is there a mode to be read. */
#define OPENED_AT(directory)                                                       \
    mode_t mode = 0;                                                                  \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {                        \
        va_list rest;                                                                 \
        va_start(rest, flags);                                                        \
        mode = va_arg(rest, mode_t);                                                  \
        va_end(rest);                                                                 \
    }                                                                                 \
    return open_file(directory, path, flags, mode)

int open(const char *path, int flags, ...) { OPENED_AT(AT_FDCWD); }
int open64(const char *path, int flags, ...) { OPENED_AT(AT_FDCWD); }
int openat(int directory, const char *path, int flags, ...) { OPENED_AT(directory); }
int openat64(int directory, const char *path, int flags, ...) { OPENED_AT(directory); }
int creat(const char *path, mode_t mode) { return open_file(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd)
{
    int file = file_at(fd);
    if (file == OTHER)
        return syscall(SYS_close, fd);
    pthread_mutex_lock(&lock);
    file_of[fd] = OTHER;
    record(CLOSE, file, 0, 0, 0, NULL, 0);
    int closed = syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return closed;
}

/* Writes to a file that is looked at. Without an offset (-1) where the file stands, as write does. */
static ssize_t put(int fd, const void *bytes, size_t length, int64_t offset)
{
    pthread_mutex_lock(&lock);
    int file = file_at(fd), injected = fault(file == DATABASE ? WRITE_DATABASE : WRITE_LOG);
    int64_t at = offset < 0 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) : offset;
    size_t most = injected == HALF ? length / 2 : length;
    ssize_t written;
    if (injected && injected != HALF)
        written = fail(injected);
    else if (offset < 0)
        written = syscall(SYS_write, fd, bytes, most);
    else
        written = syscall(SYS_pwrite64, fd, bytes, most, offset);
    int error = written < 0 ? errno : 0;
    record(WRITE, file, error, injected != 0, at, bytes, written < 0 ? 0 : written);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    return file_at(fd) ? put(fd, bytes, length, -1) : syscall(SYS_write, fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return file_at(fd) ? put(fd, bytes, length, offset) : syscall(SYS_pwrite64, fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }

/* The parts of a vector, written as one. */
static ssize_t put_parts(int fd, const struct iovec *parts, int count, int64_t offset)
{
    size_t length = 0, filled = 0;
    for (int i = 0; i < count; i++)
        length += parts[i].iov_len;
    char *bytes = malloc(length + 1);
    if (!bytes)
        return fail(ENOMEM);
    for (int i = 0; i < count; filled += parts[i++].iov_len)
        memcpy(bytes + filled, parts[i].iov_base, parts[i].iov_len);
    ssize_t written = put(fd, bytes, length, offset);
    int error = errno;
    free(bytes);
    errno = error;
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return file_at(fd) ? put_parts(fd, parts, count, -1) : syscall(SYS_writev, fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return file_at(fd) ? put_parts(fd, parts, count, offset) : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    return pwritev(fd, parts, count, offset);
}

int ftruncate(int fd, off_t length)
{
    int file = file_at(fd);
    if (file == OTHER)
        return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int injected = fault(TRUNCATE_FILE);
    int done = injected ? fail(fault_error) : syscall(SYS_ftruncate, fd, length);
    int error = done < 0 ? errno : 0;
    record(TRUNCATE, file, error, injected != 0, length, NULL, 0);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return done;
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

static int sync_file(int fd, long call)
{
    int file = file_at(fd);
    if (file == OTHER)
        return syscall(call, fd);
    pthread_mutex_lock(&lock);
    int injected = fault(file == DATABASE ? SYNC_DATABASE : SYNC_LOG);
    uint64_t number = ++syncs;
    record(SYNC_BEGUN, file, 0, 0, number, NULL, 0);
    pthread_mutex_unlock(&lock);
    int done = injected ? fail(fault_error) : syscall(call, fd);
    int error = done < 0 ? errno : 0;
    pthread_mutex_lock(&lock);
    record(SYNC_ENDED, file, error, injected != 0, number, NULL, 0);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return done;
}

int fsync(int fd) { return sync_file(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

static int unlink_file(int directory, const char *path, int flags)
{
    int file = file_named(path);
    pthread_mutex_lock(&lock);
    int done = syscall(SYS_unlinkat, directory, path, flags);
    int error = done < 0 ? errno : 0;
    if (file != OTHER)
        record(UNLINK, file, error, 0, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return done;
}

int unlink(const char *path) { return unlink_file(AT_FDCWD, path, 0); }
int unlinkat(int directory, const char *path, int flags) { return unlink_file(directory, path, flags); }

/* Nothing is expected to rename these files: the record tells the test, which does not know how to go on. */
int rename(const char *from, const char *to)
{
    int file = file_named(from) ? file_named(from) : file_named(to);
    pthread_mutex_lock(&lock);
    int done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int error = done < 0 ? errno : 0;
    if (file != OTHER)
        record(RENAME, file, error, 0, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    if (error)
        errno = error;
    return done;
}
