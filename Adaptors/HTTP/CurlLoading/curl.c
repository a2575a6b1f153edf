// The functions of libcurl that the HTTP client calls (see LazyLibrary.h).
#include "LazyLibrary.h"

#ifdef __linux__

#include <curl/curl.h>
#include <stdarg.h>

LAZY_LIBRARY("libcurl.so.4")

// Every option and every piece of information is one integer or one pointer, so one word is passed on.
#define FORWARD_OPTION(type, name, handle, option)                        \
  type forward_##name(handle subject, option which, ...) __asm__(#name);  \
  type forward_##name(handle subject, option which, ...) {                \
    static _Atomic(type(*)(handle, option, ...)) function;                \
    type(*found)(handle, option, ...) = function;                         \
    if (!found) function = found = (type(*)(handle, option, ...))find(#name); \
    va_list rest;                                                         \
    va_start(rest, which);                                                \
    void *value = va_arg(rest, void *);                                   \
    va_end(rest);                                                         \
    return found(subject, which, value);                                  \
  }

FORWARD(CURLcode, curl_global_init, (long flags), (flags))
FORWARD(time_t, curl_getdate, (const char *text, const time_t *unused), (text, unused))
FORWARD(void, curl_free, (void *pointer), (pointer))

FORWARD(CURL *, curl_easy_init, (void), ())
FORWARD(void, curl_easy_cleanup, (CURL *easy), (easy))
FORWARD(CURLcode, curl_easy_pause, (CURL *easy, int directions), (easy, directions))
FORWARD(const char *, curl_easy_strerror, (CURLcode code), (code))
FORWARD_OPTION(CURLcode, curl_easy_setopt, CURL *, CURLoption)
FORWARD_OPTION(CURLcode, curl_easy_getinfo, CURL *, CURLINFO)

FORWARD(CURLM *, curl_multi_init, (void), ())
FORWARD(CURLMcode, curl_multi_cleanup, (CURLM *multi), (multi))
FORWARD(CURLMcode, curl_multi_add_handle, (CURLM *multi, CURL *easy), (multi, easy))
FORWARD(CURLMcode, curl_multi_remove_handle, (CURLM *multi, CURL *easy), (multi, easy))
FORWARD(CURLMcode, curl_multi_socket_action,
        (CURLM *multi, curl_socket_t socket, int events, int *running),
        (multi, socket, events, running))
FORWARD(CURLMsg *, curl_multi_info_read, (CURLM *multi, int *remaining), (multi, remaining))
FORWARD_OPTION(CURLMcode, curl_multi_setopt, CURLM *, CURLMoption)

FORWARD(CURLSH *, curl_share_init, (void), ())
FORWARD(CURLSHcode, curl_share_cleanup, (CURLSH *share), (share))
FORWARD_OPTION(CURLSHcode, curl_share_setopt, CURLSH *, CURLSHoption)

FORWARD(struct curl_slist *, curl_slist_append, (struct curl_slist *list, const char *line), (list, line))
FORWARD(void, curl_slist_free_all, (struct curl_slist *list), (list))

FORWARD(curl_mime *, curl_mime_init, (CURL *easy), (easy))
FORWARD(void, curl_mime_free, (curl_mime *mime), (mime))
FORWARD(curl_mimepart *, curl_mime_addpart, (curl_mime *mime), (mime))
FORWARD(CURLcode, curl_mime_name, (curl_mimepart *part, const char *name), (part, name))
FORWARD(CURLcode, curl_mime_data, (curl_mimepart *part, const char *data, size_t size), (part, data, size))

FORWARD(CURLcode, curl_mime_data_cb,
        (curl_mimepart *part, curl_off_t size, curl_read_callback read, curl_seek_callback seek,
         curl_free_callback release, void *context),
        (part, size, read, seek, release, context))
FORWARD(CURLcode, curl_mime_filename, (curl_mimepart *part, const char *name), (part, name))
FORWARD(CURLcode, curl_mime_type, (curl_mimepart *part, const char *type), (part, type))

FORWARD(CURLU *, curl_url, (void), ())
FORWARD(void, curl_url_cleanup, (CURLU *url), (url))
FORWARD(CURLUcode, curl_url_set,
        (CURLU *url, CURLUPart part, const char *text, unsigned int flags), (url, part, text, flags))
FORWARD(CURLUcode, curl_url_get,
        (CURLU *url, CURLUPart part, char **text, unsigned int flags), (url, part, text, flags))

#endif
