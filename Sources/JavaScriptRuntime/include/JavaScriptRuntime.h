// The JavaScript of the runner, compiled into the binary.
#pragma once
#include <stddef.h>

/// A script of this folder: its UTF-8 text, closed by a zero byte.
typedef struct {
  const char *name;
  const char *text;
} RuntimeScript;

/// The script `NAME.js`, or one whose text is NULL.
RuntimeScript runtime_script(const char *name);
