// Functions of a shared library by their own names, each looked up when it is first called.
//
// Loading a library such as libcurl, with the TLS, Kerberos and LDAP libraries behind it, can take longer than
// running a small job. A program linked with --as-needed does not load at start what it finds here, and a job
// that does not call it never does. On other platforms libraries are linked as usual.
#pragma once

#ifdef __linux__

/// The address of `name` in the library `file`, which is loaded into `*library` first if need be. Ends the
/// process when there is none, as the dynamic linker does at start.
void *lazy_library_find(void *_Atomic *library, const char *file, const char *name);

/// Defines `find`, which the macros below use: LAZY_LIBRARY("libcurl.so.4")
#define LAZY_LIBRARY(file)                                                \
  static void *find(const char *name) {                                   \
    static void *_Atomic library;                                               \
    return lazy_library_find(&library, file, name);                       \
  }

/// Defines a function that calls the library's. The label gives it the library's name without repeating the
/// library's declaration, which differs between versions. Two threads may look a function up at the same
/// time; both find the same address.
#define FORWARD(type, name, parameters, arguments)                        \
  type forward_##name parameters __asm__(#name);                          \
  type forward_##name parameters {                                        \
    static _Atomic(type(*) parameters) function;                          \
    type(*found) parameters = function;                                   \
    if (!found) function = found = (type(*) parameters)find(#name);       \
    return found arguments;                                               \
  }

#endif
