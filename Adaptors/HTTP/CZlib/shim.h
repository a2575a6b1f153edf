// zlib, with the macro that begins a gzip stream (RFC 1952) made a function.
#pragma once
#include <zlib.h>

static inline int gzip_begin(z_stream *stream) {
  // 15 bits of window, the most; 16 more ask for gzip's header.
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
