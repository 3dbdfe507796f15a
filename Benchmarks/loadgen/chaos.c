// Random load with random behaviour on both sides: what is asked of the upstream and when the client leaves is drawn from
// a seed. Every answer that is read to its end must be well-formed.
//
//   loadgen chaos --port P --plan FILE [--whole N] [--streams N] [--connections C] [--seed S] [--aborts 0.1] [--key K]
//                 [--needs-request-id 0]
//
// Each line of the plan is  weight|whole, stream or both|ok, fail or any|model|header: value[; header: value]
//   ok    a 200 whose stream ends with [DONE]
//   fail  an error status, or a stream that ends with an error event
//   any   either, well-formed
// Prints one JSON line; `broken` counts what must not happen and `first_broken` describes the first.
#include "loadgen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS_AT_ONCE = 1024, MOST_VARIANTS = 64, STUCK_SECONDS = 90 };

typedef enum { EXPECT_OK, EXPECT_FAIL, EXPECT_ANY } Expectation;
typedef enum { STAY, LEAVE_AT_ONCE, LEAVE_IN_BODY, LEAVE_IN_REQUEST } Leaving;

typedef struct {
    unsigned weight;
    bool is_for_whole, is_for_streams;
    Expectation expectation;
    char model[128];
    char fields[512];
} Variant;

typedef struct {
    // The first member, so that an event's pointer to the client is one to the slot too.
    Client client;
    const Variant *variant;
    bool is_busy, is_stream;
    Leaving leaving;
    uint64_t leave_after;
} Slot;

typedef struct {
    const Options *options;
    int epoll, open;
    uint16_t port;
    uint64_t random;
    double aborts;
    Variant variants[MOST_VARIANTS];
    int variant_count;
    uint64_t whole_left, streams_left;
    uint64_t answered, aborted, done, errors, refused, broken;
    uint64_t statuses[600];
    char first_broken[512];
} Chaos;

/// xorshift64*: the same seed gives the same run, as far as the timing of two processes allows.
static uint64_t draw(Chaos *chaos) {
    chaos->random ^= chaos->random >> 12;
    chaos->random ^= chaos->random << 25;
    chaos->random ^= chaos->random >> 27;
    return chaos->random * 2685821657736338717ull;
}

static uint64_t draw_below(Chaos *chaos, uint64_t limit) { return draw(chaos) % limit; }

static _Noreturn void bad_plan(const char *line) {
    fprintf(stderr, "loadgen: cannot read this line of the plan: %s\n", line);
    exit(2);
}

static void read_variant(Variant *variant, char *line) {
    char *parts[5], *rest = line;
    for (int index = 0; index < 5; index++) {
        parts[index] = strsep(&rest, "|");
        if (parts[index] == NULL) bad_plan(line);
    }
    variant->weight = (unsigned)strtoul(parts[0], NULL, 10);
    variant->is_for_whole = strcmp(parts[1], "stream") != 0;
    variant->is_for_streams = strcmp(parts[1], "whole") != 0;
    variant->expectation =
        strcmp(parts[2], "ok") == 0 ? EXPECT_OK : strcmp(parts[2], "fail") == 0 ? EXPECT_FAIL : EXPECT_ANY;
    if (variant->weight == 0) bad_plan(line);
    snprintf(variant->model, sizeof variant->model, "%s", parts[3]);
    char *field, *fields = parts[4];
    size_t length = 0;
    while ((field = strsep(&fields, ";")) != NULL) {
        while (*field == ' ') field++;
        if (*field == 0) continue;
        int count = snprintf(variant->fields + length, sizeof variant->fields - length, "%s\r\n", field);
        if (count < 0 || length + (size_t)count >= sizeof variant->fields) bad_plan(line);
        length += (size_t)count;
    }
}

static void read_plan(Chaos *chaos, const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) die(path);
    char line[1024];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#') continue;
        if (chaos->variant_count == MOST_VARIANTS) bad_plan(line);
        read_variant(&chaos->variants[chaos->variant_count++], line);
    }
    fclose(file);
}

static const Variant *choose(Chaos *chaos, bool is_stream) {
    unsigned total = 0;
    for (int pass = 0; pass < 2; pass++) {
        uint64_t wanted = total == 0 ? 0 : draw_below(chaos, total);
        total = 0;
        for (int index = 0; index < chaos->variant_count; index++) {
            const Variant *variant = &chaos->variants[index];
            if (!(is_stream ? variant->is_for_streams : variant->is_for_whole)) continue;
            total += variant->weight;
            if (pass == 1 && total > wanted) return variant;
        }
        if (total == 0) bad_plan("(no variant for this kind of request)");
    }
    return NULL;
}

static void record_broken(Chaos *chaos, const Slot *slot, const char *what) {
    if (chaos->broken++ > 0) return;
    const Response *response = &slot->client.response;
    snprintf(
        chaos->first_broken, sizeof chaos->first_broken, "%s (status %d, %s, %llu body bytes, %llu events, model %s)",
        what, response->status, slot->is_stream ? "stream" : "whole", (unsigned long long)slot->client.body_bytes,
        (unsigned long long)slot->client.events.events, slot->variant == NULL ? "?" : slot->variant->model);
    for (char *at = chaos->first_broken; *at != 0; at++) {
        if (*at == '"' || *at == '\\') *at = '\'';
    }
}

static void reconnect(Chaos *chaos, Slot *slot) {
    slot->is_busy = false;
    bool is_over = chaos->whole_left == 0 && chaos->streams_left == 0;
    if (is_over || !client_open(&slot->client, chaos->epoll, chaos->port)) {
        if (!is_over) record_broken(chaos, slot, "no socket");
        slot->client.fd = -1;
        chaos->open -= 1;
    }
}

static void leave(Chaos *chaos, Slot *slot) {
    chaos->aborted += 1;
    if (draw_below(chaos, 2) == 0) {
        socket_reset(slot->client.fd);
        slot->client.fd = -1;
    } else {
        client_close(&slot->client);
    }
    reconnect(chaos, slot);
}

static void begin(Chaos *chaos, Slot *slot) {
    uint64_t left = chaos->whole_left + chaos->streams_left;
    if (left == 0) {
        client_close(&slot->client);
        chaos->open -= 1;
        return;
    }
    slot->is_stream = draw_below(chaos, left) < chaos->streams_left;
    *(slot->is_stream ? &chaos->streams_left : &chaos->whole_left) -= 1;
    slot->variant = choose(chaos, slot->is_stream);
    slot->is_busy = true;
    slot->leaving = STAY;
    if ((double)draw_below(chaos, 1000000) < chaos->aborts * 1e6) {
        slot->leaving = (Leaving)(LEAVE_AT_ONCE + draw_below(chaos, 3));
        slot->leave_after = 1 + draw_below(chaos, slot->is_stream ? 4000 : 400);
    }
    char request[4096];
    size_t length = chat_request(
        request, sizeof request, chaos->options, slot->variant->model, slot->is_stream, slot->variant->fields);
    if (slot->leaving == LEAVE_IN_REQUEST) length = 1 + draw_below(chaos, length - 1);
    client_next(&slot->client);
    bool is_sent = client_send(&slot->client, request, length);
    if (slot->leaving == LEAVE_AT_ONCE || slot->leaving == LEAVE_IN_REQUEST) return leave(chaos, slot);
    if (is_sent) return;
    record_broken(chaos, slot, "a request could not be sent");
    client_close(&slot->client);
    reconnect(chaos, slot);
}

static void judge(Chaos *chaos, Slot *slot) {
    const Response *response = &slot->client.response;
    bool is_good = response->status == 200 && !slot->client.events.has_error;
    chaos->answered += 1;
    chaos->statuses[response->status] += 1;
    if (slot->client.events.has_error) chaos->errors += 1;
    if (slot->client.events.has_done) chaos->done += 1;
    if (response->status != 200) chaos->refused += 1;
    if (slot->variant->expectation == EXPECT_OK && !is_good) record_broken(chaos, slot, "a failure where none was asked for");
    if (slot->variant->expectation == EXPECT_FAIL && is_good) record_broken(chaos, slot, "an answer where a failure was due");
    if (is_good && response->is_stream != slot->is_stream) record_broken(chaos, slot, "a stream for a whole reply or the reverse");
}

static void handle(Chaos *chaos, Slot *slot, uint32_t happened) {
    Client *client = &slot->client;
    if (client->fd < 0) return;
    if (!client->is_connected) {
        if (happened & (EPOLLERR | EPOLLHUP)) {
            record_broken(chaos, slot, "no connection");
            client_close(client);
            chaos->open -= 1;
        } else if (happened & EPOLLOUT) {
            client->is_connected = true;
            begin(chaos, slot);
        }
        return;
    }
    if (!(happened & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return;
    ClientState state = client_read(client, NULL, NULL);
    if (state == CLIENT_WAITS) {
        if (slot->leaving == LEAVE_IN_BODY && client->body_bytes >= slot->leave_after) leave(chaos, slot);
        return;
    }
    if (state == CLIENT_ANSWERED) {
        judge(chaos, slot);
        if (!client->response.closes) return begin(chaos, slot);
    } else {
        record_broken(chaos, slot, state == CLIENT_BROKEN ? client->fault : "the connection ended before the answer");
    }
    client_close(client);
    reconnect(chaos, slot);
}

static void look_for_stuck(Chaos *chaos, Slot *slots, int count) {
    uint64_t now = clock_now();
    for (int index = 0; index < count; index++) {
        Slot *slot = &slots[index];
        if (slot->client.fd < 0 || !slot->is_busy) continue;
        if (now < slot->client.started_at + STUCK_SECONDS * SECOND_NS) continue;
        record_broken(chaos, slot, "an answer did not come");
        client_close(&slot->client);
        reconnect(chaos, slot);
    }
}

int run_chaos(const Options *options) {
    static Chaos state;
    Chaos *chaos = &state;
    int connections = (int)option_number(options, "--connections", 64);
    chaos->options = options;
    chaos->epoll = epoll_create1(EPOLL_CLOEXEC);
    chaos->port = (uint16_t)option_number(options, "--port", 8080);
    chaos->random = ((uint64_t)option_number(options, "--seed", 1) + 1) * 0x9E3779B97F4A7C15ull;
    chaos->aborts = option_number(options, "--aborts", 0.1);
    chaos->whole_left = (uint64_t)option_number(options, "--whole", 0);
    chaos->streams_left = (uint64_t)option_number(options, "--streams", 0);
    read_plan(chaos, option_text(options, "--plan", "plan.txt"));
    Slot *slots = calloc((size_t)connections, sizeof *slots);
    if (slots == NULL) die("calloc");
    uint64_t started = clock_now(), looked_at = started;
    for (int index = 0; index < connections; index++) {
        slots[index].client.needs_request_id = option_number(options, "--needs-request-id", 1) != 0;
        if (client_open(&slots[index].client, chaos->epoll, chaos->port)) {
            chaos->open += 1;
        } else {
            record_broken(chaos, &slots[index], "no socket");
        }
    }
    static struct epoll_event happened[EVENTS_AT_ONCE];
    while (chaos->open > 0) {
        int count = epoll_wait(chaos->epoll, happened, EVENTS_AT_ONCE, 1000);
        for (int index = 0; index < count; index++) handle(chaos, happened[index].data.ptr, happened[index].events);
        if (clock_now() < looked_at + SECOND_NS) continue;
        looked_at = clock_now();
        look_for_stuck(chaos, slots, connections);
    }
    for (int index = 0; index < connections; index++) client_free(&slots[index].client);
    free(slots);
    printf(
        "{\"answered\":%llu,\"aborted\":%llu,\"done\":%llu,\"error_events\":%llu,\"refused\":%llu,\"broken\":%llu,"
        "\"first_broken\":\"%s\",\"seconds\":%.1f,\"statuses\":{",
        (unsigned long long)chaos->answered, (unsigned long long)chaos->aborted, (unsigned long long)chaos->done,
        (unsigned long long)chaos->errors, (unsigned long long)chaos->refused, (unsigned long long)chaos->broken,
        chaos->first_broken, (double)(clock_now() - started) / 1e9);
    const char *separator = "";
    for (int status = 0; status < 600; status++) {
        if (chaos->statuses[status] == 0) continue;
        printf("%s\"%d\":%llu", separator, status, (unsigned long long)chaos->statuses[status]);
        separator = ",";
    }
    printf("}}\n");
    return chaos->broken != 0;
}
