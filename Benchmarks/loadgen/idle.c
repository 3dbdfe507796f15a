// Holds idle connections: each sends one request, reads the answer and then stays open.
//
//   loadgen idle --port P [--connections N] [--key K] [--path /health/live] [--at-once 64]
//
// Prints one JSON line when all are idle, then waits until its standard input ends. Connections that the server closes
// meanwhile are counted in a second line at the end.
#include "loadgen.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 1024 };

int run_idle(const Options *options) {
    int wanted = (int)option_number(options, "--connections", 9500);
    int at_once = (int)option_number(options, "--at-once", 64);
    uint16_t port = (uint16_t)option_number(options, "--port", 8080);
    int epoll = epoll_create1(EPOLL_CLOEXEC), opened = 0, busy = 0, idle = 0, failed = 0, closed = 0;
    char request[1024];
    int length = snprintf(
        request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n",
        option_text(options, "--path", "/v1/models"), option_text(options, "--key", "none"));
    if (length < 0 || (size_t)length >= sizeof request) return 2;
    Client *clients = calloc((size_t)wanted, sizeof *clients);
    if (clients == NULL) die("calloc");
    static struct epoll_event happened[EVENTS_AT_ONCE];
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
    bool is_told = false;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) die("standard input must be a pipe");
    for (;;) {
        while (opened < wanted && busy < at_once) {
            if (client_open(&clients[opened], epoll, port)) busy += 1; else failed += 1;
            opened += 1;
        }
        if (!is_told && busy == 0) {
            printf("{\"idle\":%d,\"failed\":%d}\n", idle, failed);
            fflush(stdout);
            is_told = true;
        }
        int count = epoll_wait(epoll, happened, EVENTS_AT_ONCE, 1000);
        for (int index = 0; index < count; index++) {
            Client *client = happened[index].data.ptr;
            if (client == NULL) {
                printf("{\"idle\":%d,\"closed\":%d}\n", idle, closed);
                for (int each = 0; each < wanted; each++) client_free(&clients[each]);
                free(clients);
                return failed != 0;
            }
            if (client->fd < 0) continue;
            if (!client->is_connected && (happened[index].events & EPOLLOUT)) {
                client->is_connected = true;
                if (client_send(client, request, (size_t)length)) continue;
            }
            bool was_idle = client->response.phase == READ_DONE;
            ClientState state = client_read(client, NULL, NULL);
            if (state == CLIENT_WAITS) continue;
            if (state == CLIENT_ANSWERED) {
                idle += 1;
                busy -= 1;
                buffer_free(&client->response.body);
                buffer_free(&client->response.line);
                continue;
            }
            client_close(client);
            if (was_idle) {
                idle -= 1;
                closed += 1;
            } else {
                busy -= 1;
                failed += 1;
            }
        }
    }
}
