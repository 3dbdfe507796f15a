#include "loadgen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 18, LARGEST_KEPT_BUFFER = 1 << 16 };

bool client_open(Client *client, int epoll, uint16_t port) {
    client->fd = socket_connect(port);
    if (client->fd < 0) return false;
    client->is_connected = false;
    client_next(client);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = client};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) die("epoll_ctl");
    return true;
}

bool client_send(Client *client, const char *request, size_t length) {
    client->started_at = clock_now();
    client->is_first_event_seen = false;
    return write(client->fd, request, length) == (ssize_t)length;
}

/// Takes the body bytes of a stream out of the response and reads events in them.
static void read_events(Client *client, Histogram *transit, Histogram *first_event, uint64_t now) {
    Buffer *body = &client->response.body;
    if (body->length == 0) return;
    events_feed(&client->events, body->bytes, body->length, transit, now);
    body->length = 0;
    if (!client->is_first_event_seen && client->events.events > 0) {
        client->is_first_event_seen = true;
        if (first_event != NULL) histogram_add(first_event, (now - client->started_at) / 1000);
    }
}

static ClientState broken(Client *client, const char *fault) {
    client->fault = fault;
    return CLIENT_BROKEN;
}

/// What a complete answer must show beyond its framing.
static ClientState judge(Client *client) {
    Response *response = &client->response;
    EventReader *events = &client->events;
    if (client->needs_request_id && !response->has_request_id) return broken(client, "an answer without x-request-id");
    if (response->is_stream) {
        if (events->fault != NULL) return broken(client, events->fault);
        if (response->status != 200) return broken(client, "a stream whose status is not 200");
        if (!events->ends_with_terminal) return broken(client, "a stream without a terminal event");
        if (events->line.length > 0 || events->data.length > 0) return broken(client, "a stream ends inside an event");
        return CLIENT_ANSWERED;
    }
    if (!json_is_valid(response->body.bytes, response->body.length)) return broken(client, "a body that is no JSON");
    if (response->status != 200 && memmem(response->body.bytes, response->body.length, "\"error\"", 7) == NULL) {
        return broken(client, "a failure without an error object");
    }
    return CLIENT_ANSWERED;
}

ClientState client_read(Client *client, Histogram *transit, Histogram *first_event) {
    static char bytes[READ_SIZE];
    for (;;) {
        ssize_t count = read(client->fd, bytes, sizeof bytes);
        if (count < 0 && errno == EAGAIN) return CLIENT_WAITS;
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return CLIENT_LOST;
        uint64_t now = clock_now();
        Response *response = &client->response;
        size_t taken = response_feed(response, bytes, (size_t)count);
        client->body_bytes += taken;
        if (response->is_stream) read_events(client, transit, first_event, now);
        if (response->phase == READ_BROKEN) return broken(client, response->fault);
        if (taken < (size_t)count) return broken(client, "bytes after the end of the answer");
        if (response->phase == READ_DONE) return judge(client);
    }
}

void client_next(Client *client) {
    if (client->response.body.capacity > LARGEST_KEPT_BUFFER) buffer_free(&client->response.body);
    response_reset(&client->response);
    events_reset(&client->events);
    client->body_bytes = 0;
    client->fault = NULL;
}

void client_close(Client *client) {
    if (client->fd >= 0) close(client->fd);
    client->fd = -1;
}

void client_free(Client *client) {
    client_close(client);
    response_free(&client->response);
    events_free(&client->events);
}

size_t chat_request(
    char *into, size_t capacity, const Options *options, const char *model, bool is_stream, const char *fields) {
    char body[2048];
    const char *path = option_text(options, "--path", "/v1/chat/completions");
    bool is_messages = strstr(path, "/messages") != NULL;
    const char *stream = !is_stream     ? ""
                         : is_messages ? "\"stream\":true,"
                                       : "\"stream\":true,\"stream_options\":{\"include_usage\":true},";
    // Anthropic keeps the instructions apart from the conversation.
    const char *system = is_messages
                             ? "\"system\":\"You are a helpful assistant.\",\"messages\":["
                             : "\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},";
    int size = snprintf(
        body, sizeof body,
        "{\"model\":\"%s\",%s%s"
        "{\"role\":\"user\",\"content\":\"What is a sluice, and which way does the water go when it opens?\"}],"
        "\"temperature\":0.7,\"max_tokens\":256}",
        model, stream, system);
    int length = snprintf(
        into, capacity,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n"
        "Content-Length: %d\r\n%s\r\n%s",
        path, option_text(options, "--key", "none"), size, fields,
        body);
    if (size < 0 || (size_t)size >= sizeof body || length < 0 || (size_t)length >= capacity) {
        fprintf(stderr, "loadgen: the request is too long\n");
        exit(2);
    }
    return (size_t)length;
}
