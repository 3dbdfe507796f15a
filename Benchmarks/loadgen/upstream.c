// An upstream that costs next to nothing: whole chat completions at once, streams paced by the clock.
//
//   loadgen upstream [--port P] [--events N] [--interval-ms I]
//
// A body that holds "stream":true is answered by N events, one every I ms, each with the monotonic clock in its content
// as t<nanoseconds>; any other request by one JSON chat completion. Requests to /v1/messages are answered in Anthropic's
// dialect, all others in OpenAI's, with the same text. Prints {"port":P} and serves until SIGTERM.
#include "loadgen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 1024, LARGEST_REQUEST = 64 << 20 };

typedef struct Peer {
    int fd;
    Buffer in, out;
    bool is_streaming, is_messages, is_dead, awaits_writable;
    int sent;
    uint64_t due;
    struct Peer *later, *earlier;
} Peer;

typedef struct {
    int epoll, timer, listener;
    int events;
    uint64_t interval;
    // All streams have one interval, so the queue of due times is ordered by itself: new ones go to its end.
    Peer *first, *last;
} Upstream;

static const char chunk_head[] =
    "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1793000000,\"model\":\"bench\",\"choices\":";

static void enqueue(Upstream *upstream, Peer *peer) {
    peer->later = NULL;
    peer->earlier = upstream->last;
    if (upstream->last != NULL) upstream->last->later = peer; else upstream->first = peer;
    upstream->last = peer;
}

static void dequeue(Upstream *upstream, Peer *peer) {
    if (peer->earlier != NULL) peer->earlier->later = peer->later; else upstream->first = peer->later;
    if (peer->later != NULL) peer->later->earlier = peer->earlier; else upstream->last = peer->earlier;
}

static void flush(Upstream *upstream, Peer *peer) {
    size_t sent = 0;
    while (sent < peer->out.length) {
        ssize_t count = write(peer->fd, peer->out.bytes + sent, peer->out.length - sent);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            if (errno != EAGAIN) peer->is_dead = true;
            break;
        }
        sent += (size_t)count;
    }
    memmove(peer->out.bytes, peer->out.bytes + sent, peer->out.length - sent);
    peer->out.length -= sent;
    bool awaits = peer->out.length > 0;
    if (awaits == peer->awaits_writable) return;
    peer->awaits_writable = awaits;
    struct epoll_event event = {.events = EPOLLIN | (awaits ? EPOLLOUT : 0), .data.ptr = peer};
    epoll_ctl(upstream->epoll, EPOLL_CTL_MOD, peer->fd, &event);
}

static void append_event(Peer *peer, const char *data, int length) {
    char size[32];
    int count = snprintf(size, sizeof size, "%x\r\ndata: ", length + 8);
    buffer_append(&peer->out, size, (size_t)count);
    buffer_append(&peer->out, data, (size_t)length);
    buffer_append(&peer->out, "\n\n\r\n", 4);
}

static void append_named(Peer *peer, const char *name, const char *data, int length) {
    char head[96];
    int prefix = snprintf(head, sizeof head, "event: %s\ndata: ", name);
    char size[32];
    int count = snprintf(size, sizeof size, "%x\r\n", prefix + length + 2);
    buffer_append(&peer->out, size, (size_t)count);
    buffer_append(&peer->out, head, (size_t)prefix);
    buffer_append(&peer->out, data, (size_t)length);
    buffer_append(&peer->out, "\n\n\r\n", 4);
}

// Source: Anthropic API reference, streaming messages (read 2026-11).
static void append_next_message(Upstream *upstream, Peer *peer) {
    char data[512];
    int length;
    if (peer->sent == 0) {
        static const char start[] =
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\","
            "\"model\":\"bench\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"
            "\"input_tokens\":31,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}";
        static const char block[] =
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
        append_named(peer, "message_start", start, sizeof start - 1);
        append_named(peer, "content_block_start", block, sizeof block - 1);
    }
    if (peer->sent < upstream->events) {
        length = snprintf(
            data, sizeof data,
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"t%llu \"}}",
            (unsigned long long)clock_now());
        append_named(peer, "content_block_delta", data, length);
        peer->sent += 1;
        return;
    }
    static const char stop[] = "{\"type\":\"content_block_stop\",\"index\":0}";
    append_named(peer, "content_block_stop", stop, sizeof stop - 1);
    length = snprintf(
        data, sizeof data,
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
        "\"usage\":{\"output_tokens\":%d}}",
        upstream->events);
    append_named(peer, "message_delta", data, length);
    append_named(peer, "message_stop", "{\"type\":\"message_stop\"}", 23);
    buffer_append(&peer->out, "0\r\n\r\n", 5);
    peer->is_streaming = false;
}

static void append_next(Upstream *upstream, Peer *peer) {
    if (peer->is_messages) return append_next_message(upstream, peer);
    char data[512];
    int length;
    if (peer->sent < upstream->events) {
        length = snprintf(
            data, sizeof data,
            "%s[{\"index\":0,\"delta\":{%s\"content\":\"t%llu \"},\"logprobs\":null,\"finish_reason\":null}]}", chunk_head,
            peer->sent == 0 ? "\"role\":\"assistant\"," : "", (unsigned long long)clock_now());
        append_event(peer, data, length);
        peer->sent += 1;
        return;
    }
    length = snprintf(
        data, sizeof data, "%s[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}", chunk_head);
    append_event(peer, data, length);
    length = snprintf(
        data, sizeof data,
        "%s[],\"usage\":{\"prompt_tokens\":31,\"completion_tokens\":%d,\"total_tokens\":%d}}", chunk_head,
        upstream->events, upstream->events + 31);
    append_event(peer, data, length);
    append_event(peer, "[DONE]", 6);
    buffer_append(&peer->out, "0\r\n\r\n", 5);
    peer->is_streaming = false;
}

/// Sends the events that are due and sets the timer to the next one.
static void tick(Upstream *upstream) {
    uint64_t now = clock_now();
    while (upstream->first != NULL && upstream->first->due <= now) {
        Peer *peer = upstream->first;
        dequeue(upstream, peer);
        append_next(upstream, peer);
        flush(upstream, peer);
        if (!peer->is_streaming) continue;
        // Each stream keeps its own phase, unless it has fallen behind.
        peer->due += upstream->interval;
        if (peer->due < now) peer->due = now;
        enqueue(upstream, peer);
    }
    struct itimerspec when = {0};
    if (upstream->first != NULL) {
        when.it_value.tv_sec = (time_t)(upstream->first->due / SECOND_NS);
        when.it_value.tv_nsec = (long)(upstream->first->due % SECOND_NS);
    }
    timerfd_settime(upstream->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/// The length of the whole request at the start of `in`, 0 while it is incomplete.
static size_t request_length(const Buffer *in) {
    const char *end = memmem(in->bytes, in->length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head = (size_t)(end - in->bytes) + 4;
    for (const char *line = in->bytes; line < end; line++) {
        if (strncasecmp(line, "content-length:", 15) == 0) {
            size_t whole = head + strtoul(line + 15, NULL, 10);
            return in->length >= whole ? whole : 0;
        }
        if (strncasecmp(line, "transfer-encoding:", 18) == 0) {
            const char *last = memmem(end, in->length - (size_t)(end - in->bytes), "\r\n0\r\n\r\n", 7);
            return last == NULL ? 0 : (size_t)(last - in->bytes) + 7;
        }
        line = memchr(line, '\n', (size_t)(end + 2 - line));
        if (line == NULL) break;
    }
    return head;
}

static void answer(Upstream *upstream, Peer *peer, size_t length) {
    size_t line = length < 64 ? length : 64;
    peer->is_messages = memmem(peer->in.bytes, line, "/v1/messages", 12) != NULL;
    bool is_stream = memmem(peer->in.bytes, length, "\"stream\":true", 13) != NULL;
    if (is_stream) {
        static const char head[] =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        buffer_append(&peer->out, head, sizeof head - 1);
        peer->is_streaming = true;
        peer->sent = 0;
        peer->due = clock_now();
        // A new stream is due at once: to the front, ahead of all that wait.
        peer->earlier = NULL;
        peer->later = upstream->first;
        if (upstream->first != NULL) upstream->first->earlier = peer; else upstream->last = peer;
        upstream->first = peer;
        return;
    }
    static const char body[] =
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1793000000,\"model\":\"bench\",\"choices\":[{"
        "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"A sluice is a channel whose flow is set by a gate. "
        "Raised, the gate lets the water run from the higher side to the lower one; lowered, it holds the water "
        "back.\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
        "\"prompt_tokens\":31,\"completion_tokens\":38,\"total_tokens\":69,\"prompt_tokens_details\":{"
        "\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,"
        "\"audio_tokens\":0}},\"service_tier\":\"default\"}";
    static const char message[] =
        "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[{\"type\":"
        "\"text\",\"text\":\"A sluice is a channel whose flow is set by a gate. Raised, the gate lets the water run from the "
        "higher side to the lower one; lowered, it holds the water back.\"}],\"stop_reason\":\"end_turn\","
        "\"stop_sequence\":null,\"usage\":{\"input_tokens\":31,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"cache_creation\":{\"ephemeral_5m_input_tokens\":0,"
        "\"ephemeral_1h_input_tokens\":0},\"output_tokens\":38,\"service_tier\":\"standard\"}}";
    const char *text = peer->is_messages ? message : body;
    size_t text_length = (peer->is_messages ? sizeof message : sizeof body) - 1;
    char head[128];
    int count = snprintf(
        head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
        text_length);
    buffer_append(&peer->out, head, (size_t)count);
    buffer_append(&peer->out, text, text_length);
}

static void hang_up(Upstream *upstream, Peer *peer) {
    if (peer->is_streaming) dequeue(upstream, peer);
    close(peer->fd);
    buffer_free(&peer->in);
    buffer_free(&peer->out);
    free(peer);
}

static void serve(Upstream *upstream, Peer *peer, uint32_t happened) {
    static char bytes[1 << 16];
    if (happened & EPOLLOUT) flush(upstream, peer);
    ssize_t count = read(peer->fd, bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) peer->is_dead = true;
    if (count > 0) {
        buffer_append(&peer->in, bytes, (size_t)count);
        if (peer->in.length > LARGEST_REQUEST) peer->is_dead = true;
        size_t length;
        while (!peer->is_streaming && (length = request_length(&peer->in)) > 0) {
            answer(upstream, peer, length);
            memmove(peer->in.bytes, peer->in.bytes + length, peer->in.length - length);
            peer->in.length -= length;
        }
        if (!peer->is_streaming) flush(upstream, peer);
    }
    if (peer->is_dead) hang_up(upstream, peer);
}

static void accept_all(Upstream *upstream) {
    int fd;
    while ((fd = accept4(upstream->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        Peer *peer = calloc(1, sizeof *peer);
        if (peer == NULL) die("calloc");
        peer->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
        epoll_ctl(upstream->epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

int run_upstream(const Options *options) {
    Upstream upstream = {
        .epoll = epoll_create1(EPOLL_CLOEXEC),
        .timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
        .events = (int)option_number(options, "--events", 100),
        .interval = (uint64_t)(option_number(options, "--interval-ms", 10) * MILLISECOND_NS),
    };
    uint16_t port = 0;
    upstream.listener = socket_listen((uint16_t)option_number(options, "--port", 0), &port);
    struct epoll_event listener = {.events = EPOLLIN, .data.ptr = &upstream.listener};
    struct epoll_event timer = {.events = EPOLLIN, .data.ptr = &upstream.timer};
    epoll_ctl(upstream.epoll, EPOLL_CTL_ADD, upstream.listener, &listener);
    epoll_ctl(upstream.epoll, EPOLL_CTL_ADD, upstream.timer, &timer);
    printf("{\"port\":%u}\n", port);
    fflush(stdout);
    static struct epoll_event happened[EVENTS_AT_ONCE];
    for (;;) {
        int count = epoll_wait(upstream.epoll, happened, EVENTS_AT_ONCE, -1);
        for (int index = 0; index < count; index++) {
            void *source = happened[index].data.ptr;
            if (source == &upstream.listener) {
                accept_all(&upstream);
            } else if (source == &upstream.timer) {
                uint64_t expirations;
                (void)!read(upstream.timer, &expirations, sizeof expirations);
            } else {
                serve(&upstream, source, happened[index].events);
            }
        }
        tick(&upstream);
    }
}
