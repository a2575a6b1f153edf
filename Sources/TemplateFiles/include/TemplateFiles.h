// The files of Templates/, compiled into the binary.
#pragma once
#include <stddef.h>

/// A file of a template: its kind (`adaptor`, `job`), its path and its text, closed by a zero byte.
typedef struct {
  const char *kind;
  const char *path;
  const char *text;
} TemplateFile;

/// The file at a position, or one whose text is NULL behind the last.
TemplateFile template_file(size_t index);
