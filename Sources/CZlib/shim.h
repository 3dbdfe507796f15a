#ifndef SLUICE_CZLIB_SHIM_H
#define SLUICE_CZLIB_SHIM_H

#include <zlib.h>

// The init functions are macros, which Swift does not see. 31: a gzip wrapper and the widest window;
// 47: gzip or zlib, whichever comes.
static inline int sluice_deflate_init_gzip(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}

static inline int sluice_inflate_init(z_streamp stream) {
    return inflateInit2(stream, 47);
}

#endif
