// GETs on curl_multi, each with its own query, whose bodies are thrown away: get-many URL COUNT IN_FLIGHT
// Handles and connections are kept. curl_multi_poll is faster here than epoll with curl_multi_socket_action,
// which changes what it waits for twice for each request.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static const char *url;
static long count, begun, answered;

static void fail(const char *what) {
  fprintf(stderr, "get-many: %s\n", what);
  exit(1);
}

static size_t discard(char *data, size_t size, size_t number, void *context) {
  (void)data, (void)context;
  return size * number;
}

static void begin(CURLM *multi, CURL *easy) {
  char text[256];
  snprintf(text, sizeof text, "%s?i=%ld", url, begun++);
  curl_easy_setopt(easy, CURLOPT_URL, text);
  curl_multi_add_handle(multi, easy);
}

static void begin_first(CURLM *multi) {
  CURL *easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
  curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  begin(multi, easy);
}

static void go_on(CURLM *multi) {
  CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read(multi, &left))) {
    CURL *easy = message->easy_handle;
    if (message->data.result) fail(curl_easy_strerror(message->data.result));
    answered++;
    curl_multi_remove_handle(multi, easy);
    if (begun < count) begin(multi, easy);
  }
}

int main(int argc, char **argv) {
  if (argc != 4) fail("URL COUNT IN_FLIGHT");
  url = argv[1], count = atol(argv[2]);
  long in_flight = atol(argv[3]);
  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
  while (begun < in_flight && begun < count) begin_first(multi);
  for (;;) {
    int running;
    curl_multi_perform(multi, &running);
    go_on(multi);
    if (answered == count) return 0;
    curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
}
