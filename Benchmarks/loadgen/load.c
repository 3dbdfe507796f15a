// The closed-loop load: every connection sends its next request when the answer to the last one is complete.
//
//   loadgen whole|stream --port P [--connections C] [--seconds S | --requests N] [--key K] [--model M] [--path /...]
//                       [--needs-request-id 1]
//
// Prints one JSON line. Answers that are not 200, not well-formed or lost count as errors; the first is described.
#include "loadgen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS_AT_ONCE = 1024, SETTLE_SECONDS = 30 };

typedef struct {
    int epoll;
    uint16_t port;
    char request[4096];
    size_t request_length;
    bool is_stream;
    uint64_t stop_at, requests_left;
    uint64_t answers, errors, events;
    int open;
    char first_error[256];
    Histogram transit, first, whole;
} Load;

static void record_error(Load *load, const char *what, int status) {
    if (load->errors++ == 0) snprintf(load->first_error, sizeof load->first_error, "%s (status %d)", what, status);
}

/// Sends the next request, or closes the connection when the run is over.
static void begin(Load *load, Client *client) {
    if (load->requests_left == 0 || clock_now() >= load->stop_at) {
        client_close(client);
        load->open -= 1;
        return;
    }
    load->requests_left -= 1;
    client_next(client);
    if (!client_send(client, load->request, load->request_length)) {
        record_error(load, "a request could not be sent", 0);
        client_close(client);
        load->open -= 1;
    }
}

static void end(Load *load, Client *client) {
    int status = client->response.status;
    if (status != 200 || client->events.has_error || client->response.is_stream != load->is_stream) {
        record_error(load, "an answer that was not asked for", status);
    } else {
        load->answers += 1;
        load->events += client->events.events;
        histogram_add(&load->whole, (clock_now() - client->started_at) / 1000);
    }
    bool closes = client->response.closes;
    if (closes) {
        client_close(client);
        if (!client_open(client, load->epoll, load->port)) {
            record_error(load, "no socket", 0);
            load->open -= 1;
        }
    } else {
        begin(load, client);
    }
}

static void handle(Load *load, Client *client, uint32_t happened) {
    if (client->fd < 0) return;
    if (!client->is_connected) {
        if (happened & (EPOLLERR | EPOLLHUP)) {
            record_error(load, "no connection", 0);
            client_close(client);
            load->open -= 1;
            return;
        }
        if (!(happened & EPOLLOUT)) return;
        client->is_connected = true;
        begin(load, client);
        return;
    }
    if (!(happened & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return;
    switch (client_read(client, &load->transit, &load->first)) {
    case CLIENT_WAITS: return;
    case CLIENT_ANSWERED: end(load, client); return;
    case CLIENT_BROKEN: record_error(load, client->fault, client->response.status); break;
    case CLIENT_LOST: record_error(load, "the connection ended before the answer", client->response.status); break;
    }
    client_close(client);
    load->open -= 1;
}

static void print_quantiles(const char *name, const Histogram *histogram) {
    printf(
        ",\"%s_us\":{\"p50\":%llu,\"p99\":%llu,\"p999\":%llu,\"max\":%llu}", name,
        (unsigned long long)histogram_quantile(histogram, 0.5), (unsigned long long)histogram_quantile(histogram, 0.99),
        (unsigned long long)histogram_quantile(histogram, 0.999), (unsigned long long)histogram->highest);
}

int run_load(const Options *options, bool streams) {
    static Load state;
    Load *load = &state;
    int connections = (int)option_number(options, "--connections", 64);
    double seconds = option_number(options, "--seconds", 3600);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    load->port = (uint16_t)option_number(options, "--port", 8080);
    load->is_stream = streams;
    load->requests_left = (uint64_t)option_number(options, "--requests", 1e15);
    load->request_length = chat_request(
        load->request, sizeof load->request, options, option_text(options, "--model", "bench"), streams, "");
    Client *clients = calloc((size_t)connections, sizeof *clients);
    if (clients == NULL) die("calloc");
    uint64_t started = clock_now();
    load->stop_at = started + (uint64_t)(seconds * SECOND_NS);
    for (int index = 0; index < connections; index++) {
        clients[index].needs_request_id = option_number(options, "--needs-request-id", 0) != 0;
        if (client_open(&clients[index], load->epoll, load->port)) {
            load->open += 1;
        } else {
            record_error(load, "no socket", 0);
        }
    }
    static struct epoll_event happened[EVENTS_AT_ONCE];
    while (load->open > 0 && clock_now() < load->stop_at + SETTLE_SECONDS * SECOND_NS) {
        int count = epoll_wait(load->epoll, happened, EVENTS_AT_ONCE, 100);
        for (int index = 0; index < count; index++) handle(load, happened[index].data.ptr, happened[index].events);
    }
    if (load->open > 0) record_error(load, "an answer did not come", 0);
    for (int index = 0; index < connections; index++) client_free(&clients[index]);
    free(clients);
    printf(
        "{\"answers\":%llu,\"errors\":%llu,\"events\":%llu,\"seconds\":%.3f,\"first_error\":\"%s\"",
        (unsigned long long)load->answers, (unsigned long long)load->errors, (unsigned long long)load->events,
        (double)(clock_now() - started) / 1e9, load->first_error);
    print_quantiles("whole", &load->whole);
    print_quantiles("transit", &load->transit);
    print_quantiles("first_event", &load->first);
    printf("}\n");
    return load->errors != 0;
}
