/*
 * A board as a process: `edgeflash-posix FLASH [RAM [SLOT [ID]]]`. Its serial port is a
 * pseudo-terminal, whose name is the line it prints; its flash is the file FLASH, made when it is
 * not there, so what a model slot holds survives the process. For tests of the real tty path and
 * for trying a host without a board.
 *
 * Flash behaves like NOR: programming only clears bits. The port's slave stays open here, so hosts
 * may come and go.
 */
#define _XOPEN_SOURCE 600

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../../core/ef.h"
#include "../../hal.h"

#define RAM_BYTES (1024u * 1024u)
#define SLOT_BYTES (2u * 1024u * 1024u)
#define READ_BYTES 512u
#define STACK_MARGIN_BYTES 65536u
#define ERASED 0xff

static hal_board board;
static uint8_t *slot;
static int line = -1;
static bool line_is_full;

const hal_board *hal_board_info(void) { return &board; }

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  ssize_t sent = write(line, bytes, length);
  line_is_full = sent < (ssize_t)length;
  return sent < 0 ? 0 : (uint32_t)sent;
}

uint32_t hal_ticks_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u);
}

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  memset(slot, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  for (uint32_t i = 0; i < length; i++) slot[offset + i] &= bytes[i];
  return true;
}

static void fail(const char *what) {
  perror(what);
  exit(EXIT_FAILURE);
}

/* Maps the file; the part of it that is new is erased. */
static uint8_t *open_flash(const char *path, uint32_t bytes) {
  int file = open(path, O_RDWR | O_CREAT, 0644);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0 || ftruncate(file, (off_t)bytes) != 0) fail(path);
  uint8_t *flash = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (flash == MAP_FAILED) fail(path);
  uint32_t held = status.st_size < (off_t)bytes ? (uint32_t)status.st_size : bytes;
  memset(flash + held, ERASED, bytes - held);
  close(file);
  return flash;
}

/* A UART passes every byte as it is: no echo, no lines, no flow control characters. */
static void make_raw(int terminal) {
  struct termios mode;
  if (tcgetattr(terminal, &mode) != 0) fail("tcgetattr");
  mode.c_iflag = 0;
  mode.c_oflag = 0;
  mode.c_lflag = 0;
  mode.c_cflag |= CS8;
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  if (tcsetattr(terminal, TCSANOW, &mode) != 0) fail("tcsetattr");
}

static void open_line(void) {
  line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) != 0 || unlockpt(line) != 0) fail("posix_openpt");
  const char *name = ptsname(line);
  int slave = name == NULL ? -1 : open(name, O_RDWR | O_NOCTTY);
  if (slave < 0) fail("ptsname");
  make_raw(slave);
  if (fcntl(line, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
  printf("%s\n", name);
  fflush(stdout);
}

/* The lowest address the stack may reach: its top is about here, and the system knows its size. */
static const uint8_t *stack_limit(void) {
  struct rlimit limit;
  bool is_known = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  if (!is_known || limit.rlim_cur < 2 * STACK_MARGIN_BYTES) return NULL;
  return (const uint8_t *)__builtin_frame_address(0) - (limit.rlim_cur - STACK_MARGIN_BYTES);
}

static void wait_for_line(void) {
  struct pollfd wire = { line, POLLIN, 0 };
  if (line_is_full) wire.events |= POLLOUT;
  if (poll(&wire, 1, -1) < 0 && errno != EINTR) fail("poll");
  line_is_full = false;
}

static uint32_t number(int count, char **words, int index, uint32_t otherwise) {
  return index < count ? (uint32_t)strtoul(words[index], NULL, 0) : otherwise;
}

int main(int count, char **words) {
  if (count < 2) {
    fprintf(stderr, "usage: %s FLASH [RAM [SLOT [ID]]]\n", words[0]);
    return EXIT_FAILURE;
  }
  board.id = count > 4 ? words[4] : "posix";
  board.ram_bytes = EF_CORE_BYTES + number(count, words, 2, RAM_BYTES);
  board.slot_bytes = EF_RECORD_BYTES + number(count, words, 3, SLOT_BYTES);
  board.ram = malloc(board.ram_bytes);
  if (board.ram == NULL) fail("malloc");
  slot = open_flash(words[1], board.slot_bytes);
  board.slot = slot;
  board.stack_limit = stack_limit();
  open_line();
  ef_init();
  for (;;) {
    uint8_t bytes[READ_BYTES];
    while (!line_is_full && ef_poll()) continue;
    wait_for_line();
    ssize_t received = read(line, bytes, sizeof bytes);
    if (received > 0) ef_feed(bytes, (uint32_t)received);
    ef_poll();
  }
}
