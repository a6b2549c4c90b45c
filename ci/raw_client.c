// raw_client: the least that a client of IMAP can do: what each session says was written beforehand, and of what comes
// only the tagged line at the end is looked for. Nothing is parsed and nothing judged: the floor that clients are held
// against. ci/beside.py builds and runs it; it prints commands done, and seconds of CPU of the measured part.
//
// raw_client PORT CONNECTIONS SECONDS PASSWORD < COMMANDS
// COMMANDS: one a line, in turn; "\r\n" within stands for itself; a user is u1, u2, ...
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_commands = 64, most_connections = 10000, room = 1 << 20 };

struct text {
  char* octets;
  size_t size;
};
struct session {
  int fd, next;
  char begun[2]; /* of the line that has not ended, its first octets */
  size_t kept;
};

static struct text commands[most_commands];
static int command_count;
static struct session sessions[most_connections];
static char buffer[room];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void fail(char const* what) {
  perror(what);
  exit(1);
}

/* "\r" and "\n" as a user writes them; every command has the tag "a". */
static void read_commands(void) {
  char* line = NULL;
  size_t size = 0;
  ssize_t n;
  while (command_count < most_commands && (n = getline(&line, &size, stdin)) > 0) {
    if (line[n - 1] == '\n') line[--n] = 0;
    char* out = malloc((size_t)n + 8);
    if (!out) fail("malloc");
    size_t at = 0;
    memcpy(out, "a ", 2), at = 2;
    for (ssize_t i = 0; i < n; ++i) {
      int const escape = line[i] == '\\' && i + 1 < n && (line[i + 1] == 'r' || line[i + 1] == 'n');
      out[at++] = escape ? (line[i + 1] == 'r' ? '\r' : '\n') : line[i];
      i += escape;
    }
    memcpy(out + at, "\r\n", 2);
    commands[command_count++] = (struct text){out, at + 2};
  }
  free(line);
}

static void say(struct session const* s, char const* octets, size_t size) {
  while (size > 0) {
    ssize_t const n = send(s->fd, octets, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) continue;
    if (n < 0) fail("send");
    octets += n, size -= (size_t)n;
  }
}

/* Reads what is there. 1: the command is answered, that is, what came ends with a line that begins with "a ". No
   message that the server holds may have such a line. */
static int heard(struct session* s) {
  ssize_t const n = recv(s->fd, buffer, room, 0);
  if (n == 0) fprintf(stderr, "the server closed\n"), exit(1);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (n < 0) fail("recv");
  int const whole = buffer[n - 1] == '\n';
  char const* const before = memrchr(buffer, '\n', (size_t)(n - whole));
  char const* line = before ? before + 1 : buffer;
  if (before) s->kept = 0;
  while (s->kept < sizeof s->begun && line < buffer + n) s->begun[s->kept++] = *line++;
  int const answered = whole && s->kept == sizeof s->begun && memcmp(s->begun, "a ", sizeof s->begun) == 0;
  if (whole) s->kept = 0;
  return answered;
}

static void wait_for(struct session* s, char const* what, size_t size) {
  if (size > 0) say(s, what, size);
  while (!heard(s)) usleep(100);
}

int main(int argc, char** argv) {
  if (argc != 5) return fprintf(stderr, "raw_client PORT CONNECTIONS SECONDS PASSWORD < COMMANDS\n"), 4;
  int const port = atoi(argv[1]), count = atoi(argv[2]);
  double const seconds = atof(argv[3]);
  if (count < 1 || count > most_connections) return fprintf(stderr, "1 to %d connections\n", most_connections), 4;
  read_commands();
  if (command_count == 0) return fprintf(stderr, "no commands\n"), 4;
  int const ep = epoll_create1(0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < count; ++i) {
    struct session* s = &sessions[i];
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    int const on = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(s->fd, (struct sockaddr*)&to, sizeof to) != 0) fail("connect");
    if (recv(s->fd, buffer, room, 0) <= 0) fail("greeting");
    fcntl(s->fd, F_SETFL, O_NONBLOCK);
    char line[256];
    int const n = snprintf(line, sizeof line, "a LOGIN u%d %s\r\n", i + 1, argv[4]);
    wait_for(s, line, (size_t)n);
    wait_for(s, "a SELECT INBOX\r\n", 16);
    s->next = i % command_count;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(ep, EPOLL_CTL_ADD, s->fd, &e);
  }
  double const began = now(), cpu_began = cpu();
  unsigned long done = 0;
  for (int i = 0; i < count; ++i) say(&sessions[i], commands[sessions[i].next].octets, commands[sessions[i].next].size);
  struct epoll_event events[256];
  while (now() - began < seconds) {
    int const n = epoll_wait(ep, events, 256, 100);
    for (int e = 0; e < n; ++e) {
      struct session* s = &sessions[events[e].data.u32];
      if (!heard(s)) continue;
      ++done;
      s->next = (s->next + 1) % command_count;
      say(s, commands[s->next].octets, commands[s->next].size);
    }
  }
  printf("%lu %.6f\n", done, cpu() - cpu_began);
  return 0;
}
