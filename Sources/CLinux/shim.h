#ifndef SLUICE_CLINUX_SHIM_H
#define SLUICE_CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>

// glibc's calls that Swift's Glibc module does not show: of the allocator, of the scheduler, of threads and of files, and eventfd.

static inline void sluice_bound_arenas(int count, int trim_threshold, int mmap_threshold) {
    mallopt(M_ARENA_MAX, count);
    mallopt(M_TRIM_THRESHOLD, trim_threshold);
    mallopt(M_MMAP_THRESHOLD, mmap_threshold);
}

// The processors that this process may run on; 0 when the kernel does not say.
static inline int sluice_usable_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
    return CPU_COUNT(&set);
}

// What the calling thread is called in the process list, 15 bytes at most.
static inline void sluice_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

// Reserves room on the disk for the first `length` bytes of a file, whose length stays as it is. 0, or the error's number.
static inline int sluice_reserve(int descriptor, long length) {
    int result;
    do {
        result = fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, length);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

static inline void sluice_print_error(const char *text) {
    fputs(text, stderr);
}

#endif
