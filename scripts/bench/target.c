/*
 * The target of the benches in C: the same interface, responses and counters as target.ts, which is its definition,
 * at a fraction of the cost, so that the fastest clients are not limited by it. One thread, epoll, keep-alive.
 *
 * Usage: target OPERATIONS
 *
 * It prints its URL. Then each line on its standard input is a question, answered by a line of JSON: `read` with the
 * counters, `capture` with the next two complete batches as texts. It ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_HEAD = 16384, READ_SIZE = 262144, MAX_EVENTS = 1024, BACKLOG = 20000, CAPTURES = 2 };

typedef struct {
  int fd;
  /* The beginning of a head whose end is still to come. */
  char *rest;
  size_t rest_length;
  /* Bytes of the current request's body that are still to come; 0 between requests. */
  size_t missing;
  size_t length;
  const struct response *response;
  /* The body so far, if it is captured. */
  char *kept;
} connection;

typedef struct response {
  char *bytes;
  size_t length;
} response;

static response batch, token, discovery;
static long long batches, bytes, sockets_opened, sockets_open;
static char *captured[CAPTURES];
static int wanted, captures;
static int poller;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL) fail("malloc");
  return memory;
}

static response respond_with(char *body) {
  response made;
  int length = asprintf(&made.bytes,
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                        strlen(body), body);
  if (length < 0) fail("asprintf");
  made.length = (size_t)length;
  free(body);
  return made;
}

static char *batch_body(int operations) {
  static const char *ops[] = {"create", "update", "delete"};
  char *body;
  size_t size;
  FILE *text = open_memstream(&body, &size);
  if (text == NULL) fail("open_memstream");
  for (int index = 0; index < operations; index++)
    fprintf(text,
            "%s{\"index\":%d,\"status\":\"success\",\"op\":\"%s\",\"resource\":\"students\","
            "\"documentId\":\"6f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a11\"}",
            index == 0 ? "[" : ",", index, ops[index % 3]);
  fprintf(text, "]");
  fclose(text);
  return body;
}

static char *discovery_body(const char *root) {
  char *body;
  if (asprintf(&body,
               "{\"urls\":{\"oauth\":\"%s/oauth/token\",\"dataManagementApi\":\"%s/data\",\"batchApi\":\"%s/batch\"}}",
               root, root, root) < 0)
    fail("asprintf");
  return body;
}

static void say_text(const char *text) {
  putchar('"');
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') printf("\\%c", byte);
    else if (byte < 0x20) printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static void say_captured(void) {
  putchar('[');
  for (int at = 0; at < captures; at++) {
    if (at > 0) putchar(',');
    say_text(captured[at]);
    free(captured[at]);
  }
  printf("]\n");
  fflush(stdout);
  captures = 0;
}

static long long micros(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static void say_reading(void) {
  struct timespec now;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &now);
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"nanos\":%lld,\"cpuMicros\":%lld,\"batches\":%lld,\"bytes\":%lld,\"socketsOpened\":%lld,"
         "\"socketsOpen\":%lld}\n",
         now.tv_sec * 1000000000LL + now.tv_nsec, micros(usage.ru_utime) + micros(usage.ru_stime), batches, bytes,
         sockets_opened, sockets_open);
  fflush(stdout);
}

/* Lines of the standard input; the end of it is our end. */
static void answer_questions(void) {
  static char line[64];
  static size_t length;
  char chunk[256];
  ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
  if (got <= 0) exit(0);
  for (ssize_t at = 0; at < got; at++) {
    if (chunk[at] != '\n') {
      if (length < sizeof line - 1) line[length++] = chunk[at];
      continue;
    }
    line[length] = 0;
    length = 0;
    if (strcmp(line, "capture") == 0) wanted = CAPTURES;
    else say_reading();
  }
}

static void close_connection(connection *each) {
  close(each->fd);
  free(each->rest);
  free(each->kept);
  free(each);
  sockets_open--;
}

/* Waits for a client that does not read its responses, because clients of benches do. Returns 0 if it is gone. */
static int send_all(int fd, const response *each) {
  size_t sent = 0;
  while (sent < each->length) {
    ssize_t now = send(fd, each->bytes + sent, each->length - sent, MSG_NOSIGNAL);
    if (now >= 0) {
      sent += (size_t)now;
    } else if (errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      poll(&writable, 1, 10000);
    } else if (errno != EINTR) {
      return 0;
    }
  }
  return 1;
}

static int end_request(connection *each) {
  if (!send_all(each->fd, each->response)) return 0;
  if (each->response != &batch) return 1;
  batches++;
  bytes += (long long)each->length;
  if (each->kept != NULL && wanted > 0) {
    each->kept[each->length] = 0;
    captured[captures++] = each->kept;
    each->kept = NULL;
    if (--wanted == 0) say_captured();
  }
  free(each->kept);
  each->kept = NULL;
  return 1;
}

static int starts_with(const char *head, size_t length, const char *start) {
  return length >= strlen(start) && memcmp(head, start, strlen(start)) == 0;
}

static void begin_request(connection *each, char *head, size_t length) {
  char ends = head[length];
  head[length] = 0;
  const char *field = strcasestr(head, "\r\ncontent-length:");
  each->missing = each->length = field == NULL ? 0 : strtoul(field + strlen("\r\ncontent-length:"), NULL, 10);
  head[length] = ends;
  each->response = starts_with(head, length, "POST /batch")   ? &batch
                   : starts_with(head, length, "POST /oauth") ? &token
                                                              : &discovery;
  each->kept = wanted > 0 && each->response == &batch ? allocate(each->length + 1) : NULL;
}

static int keep_rest(connection *each, const char *from, size_t length) {
  if (length > MAX_HEAD) return 0;
  each->rest = allocate(MAX_HEAD);
  memcpy(each->rest, from, length);
  each->rest_length = length;
  return 1;
}

/* Returns 0 when the connection is of no more use. */
static int take(connection *each, char *chunk, size_t length) {
  size_t at = 0;
  while (at < length) {
    if (each->missing > 0) {
      size_t taken = each->missing < length - at ? each->missing : length - at;
      if (each->kept != NULL) memcpy(each->kept + each->length - each->missing, chunk + at, taken);
      each->missing -= taken;
      at += taken;
    } else {
      char *end = memmem(chunk + at, length - at, "\r\n\r\n", 4);
      if (end == NULL) return keep_rest(each, chunk + at, length - at);
      begin_request(each, chunk + at, (size_t)(end - chunk) - at);
      at = (size_t)(end - chunk) + 4;
    }
    if (each->missing == 0 && !end_request(each)) return 0;
  }
  return 1;
}

static void read_connection(connection *each) {
  static char chunk[MAX_HEAD + READ_SIZE];
  size_t before = each->rest_length;
  if (before > 0) {
    memcpy(chunk, each->rest, before);
    free(each->rest);
    each->rest = NULL;
    each->rest_length = 0;
  }
  ssize_t got = recv(each->fd, chunk + before, READ_SIZE, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (before == 0 || keep_rest(each, chunk, before)) return;
  } else if (got > 0 && take(each, chunk, before + (size_t)got)) {
    return;
  }
  close_connection(each);
}

static void watch(int fd, void *what) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void accept_connections(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection *each = allocate(sizeof *each);
    *each = (connection){.fd = fd};
    sockets_opened++;
    sockets_open++;
    watch(fd, each);
  }
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, BACKLOG) < 0)
    fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  char root[64];
  snprintf(root, sizeof root, "http://127.0.0.1:%d", ntohs(address.sin_port));
  discovery = respond_with(discovery_body(root));
  printf("%s\n", root);
  fflush(stdout);
  return listener;
}

int main(int count, char **words) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  batch = respond_with(batch_body(count > 1 ? atoi(words[1]) : 30));
  token = respond_with(strdup("{\"access_token\":\"bench-token\",\"expires_in\":86400,\"token_type\":\"Bearer\"}"));
  poller = epoll_create1(0);
  int listener = listen_anywhere();
  static int questions, arrivals;
  watch(STDIN_FILENO, &questions);
  watch(listener, &arrivals);
  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int ready = epoll_wait(poller, events, MAX_EVENTS, -1);
    for (int at = 0; at < ready; at++) {
      void *what = events[at].data.ptr;
      if (what == &questions) answer_questions();
      else if (what == &arrivals) accept_connections(listener);
      else read_connection(what);
    }
  }
}
