#include "LazyLibrary.h"

#ifdef __linux__

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

void *lazy_library_find(void *_Atomic *library, const char *file, const char *name) {
  if (!*library) *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
  void *function = *library ? dlsym(*library, name) : NULL;
  if (function) return function;
  fprintf(stderr, "%s cannot be loaded: %s\n", file, dlerror());
  exit(127);
}

#endif
