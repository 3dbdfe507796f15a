// Shared declarations of the load program: clock, sockets, options, histogram, JSON check and the HTTP/1.1 response reader.
//
// Everything here serves loopback only and runs on one thread over epoll.
#ifndef LOADGEN_H
#define LOADGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- clock.c ----

/// The monotonic clock in nanoseconds. All processes of one machine share it, so that a stamp put into an event by the
/// upstream can be compared with the reader's own clock.
uint64_t clock_now(void);

#define SECOND_NS 1000000000ull
#define MILLISECOND_NS 1000000ull

// ---- options.c ----

/// The command line after the mode: `--name value` pairs.
typedef struct {
    int count;
    char **words;
} Options;

/// The value of `--name`, or `fallback`.
const char *option_text(const Options *options, const char *name, const char *fallback);

/// The value of `--name` as a number, or `fallback`. Ends the program with 2 when it is no number.
double option_number(const Options *options, const char *name, double fallback);

/// Ends the program with status 1 and the reason, `errno`'s text included.
_Noreturn void die(const char *what);

// ---- sockets.c ----

/// A listening socket on 127.0.0.1, not blocking. `port` 0 takes a free one; `*bound` says which.
int socket_listen(uint16_t port, uint16_t *bound);

/// Begins a connection to 127.0.0.1 without waiting for it. -1 with `errno` when the system refuses at once.
int socket_connect(uint16_t port);

/// Closes with a reset instead of an orderly end.
void socket_reset(int fd);

/// Raises the limit of open files to the hard one.
void raise_file_limit(void);

// ---- buffer.c ----

/// A growing run of bytes.
typedef struct {
    char *bytes;
    size_t length, capacity;
} Buffer;

void buffer_append(Buffer *buffer, const char *bytes, size_t length);
void buffer_free(Buffer *buffer);

// ---- histogram.c ----

enum { HISTOGRAM_SLOTS = 4096 };

/// Counts of microseconds: exact below 64, then 64 slots a power of two (an error of at most 1.6 %).
typedef struct {
    uint64_t slots[HISTOGRAM_SLOTS];
    uint64_t count, highest;
} Histogram;

void histogram_add(Histogram *histogram, uint64_t microseconds);

/// The value below which the fraction `part` (0...1) of all lies; 0 when there is none.
uint64_t histogram_quantile(const Histogram *histogram, double part);

// ---- json.c ----

/// Whether the bytes are exactly one JSON value (RFC 8259), white space around it allowed. Depth is bounded to 512.
bool json_is_valid(const char *bytes, size_t length);

// ---- response.c ----

typedef enum { BODY_NONE, BODY_LENGTH, BODY_CHUNKED } BodyKind;

typedef enum {
    READ_HEAD,
    READ_LENGTH,
    READ_CHUNK_SIZE,
    READ_CHUNK_DATA,
    READ_CHUNK_END,
    READ_TRAILER,
    READ_DONE,
    READ_BROKEN
} ReadPhase;

/// Reads one HTTP/1.1 response from any split of its bytes, strictly.
///
/// A framing fault ends in `READ_BROKEN` with `fault` set. Body bytes gather in `body`; the owner may take them out between
/// two calls (streams do).
typedef struct {
    ReadPhase phase;
    int status;
    bool closes, is_stream, is_json, has_request_id, has_length, is_chunked;
    uint64_t left;
    Buffer line, body;
    const char *fault;
} Response;

void response_reset(Response *response);
void response_free(Response *response);

/// Feeds bytes; returns how many were taken. Fewer than `length` only when the response ended before them.
size_t response_feed(Response *response, const char *bytes, size_t length);

// ---- events.c ----

/// What one server-sent event stream has shown so far.
typedef struct {
    Buffer line, data;
    uint64_t events;
    bool has_done, has_error, ends_with_terminal;
    const char *fault;
} EventReader;

void events_reset(EventReader *reader);
void events_free(EventReader *reader);

/// Feeds body bytes. Each event's data is `[DONE]` or must be JSON; anything after the terminal is a fault.
/// For every event with a time stamp in its content the transit time goes into `transit`, if that is given.
void events_feed(EventReader *reader, const char *bytes, size_t length, Histogram *transit, uint64_t now);

// ---- client.c ----

typedef enum { CLIENT_WAITS, CLIENT_ANSWERED, CLIENT_LOST, CLIENT_BROKEN } ClientState;

/// One client connection and the answer that it reads.
typedef struct {
    int fd;
    bool is_connected, is_first_event_seen, needs_request_id;
    uint64_t started_at;
    uint64_t body_bytes;
    Response response;
    EventReader events;
    const char *fault;
} Client;

/// Begins a connection and registers it with `epoll`, `client` being the event's pointer. False when there is no socket.
bool client_open(Client *client, int epoll, uint16_t port);

/// Sends one request, in one write; it must fit into the socket's buffer.
bool client_send(Client *client, const char *request, size_t length);

/// Reads what is there. `transit` and `first_event` may be NULL.
///
/// Gives `CLIENT_ANSWERED` once when a whole answer is there, `CLIENT_LOST` when the connection ended before that, and
/// `CLIENT_BROKEN` with `fault` set when the bytes are no well-formed answer.
ClientState client_read(Client *client, Histogram *transit, Histogram *first_event);

/// Makes ready for the next answer on the same connection.
void client_next(Client *client);

void client_close(Client *client);
void client_free(Client *client);

/// Writes a chat request. `fields` are further header lines, each ended by CRLF. Returns its length.
size_t chat_request(
    char *into, size_t capacity, const Options *options, const char *model, bool is_stream, const char *fields);

// ---- modes ----

int run_upstream(const Options *options);
int run_load(const Options *options, bool streams);
int run_idle(const Options *options);
int run_chaos(const Options *options);

#endif
