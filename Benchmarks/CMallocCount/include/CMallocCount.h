#ifndef C_MALLOC_COUNT_H
#define C_MALLOC_COUNT_H

// How often this process has called malloc, calloc, realloc or an aligned form of them.
unsigned long malloc_count_total(void);

#endif
