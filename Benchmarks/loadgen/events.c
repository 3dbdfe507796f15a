#include "loadgen.h"

#include <string.h>

void events_reset(EventReader *reader) {
    Buffer line = reader->line, data = reader->data;
    line.length = 0;
    data.length = 0;
    *reader = (EventReader){.line = line, .data = data};
}

void events_free(EventReader *reader) {
    buffer_free(&reader->line);
    buffer_free(&reader->data);
}

/// The transit time of an event whose content begins with `t` and the upstream's clock in nanoseconds.
static void measure(const Buffer *data, Histogram *transit, uint64_t now) {
    // OpenAI's name for the text of an event, and Anthropic's.
    static const char content[] = "\"content\":\"t", text[] = "\"text\":\"t";
    const char *found = memmem(data->bytes, data->length, content, sizeof content - 1);
    if (found != NULL) {
        found += sizeof content - 1;
    } else {
        found = memmem(data->bytes, data->length, text, sizeof text - 1);
        if (found == NULL) return;
        found += sizeof text - 1;
    }
    uint64_t stamp = 0;
    const char *end = data->bytes + data->length;
    for (; found < end && *found >= '0' && *found <= '9'; found++) {
        stamp = stamp * 10 + (uint64_t)(*found - '0');
    }
    if (stamp != 0 && now > stamp) histogram_add(transit, (now - stamp) / 1000);
}

static void end_event(EventReader *reader, Histogram *transit, uint64_t now) {
    Buffer *data = &reader->data;
    if (data->length == 0) return;
    if (reader->ends_with_terminal) reader->fault = "an event after the terminal one";
    reader->events += 1;
    if (data->length == 6 && memcmp(data->bytes, "[DONE]", 6) == 0) {
        reader->has_done = true;
        reader->ends_with_terminal = true;
    } else if (memmem(data->bytes, data->length, "\"message_stop\"", 14) != NULL) {
        reader->has_done = true;
        reader->ends_with_terminal = true;
    } else if (!json_is_valid(data->bytes, data->length)) {
        reader->fault = "the data of an event is no JSON";
    } else if (data->length > 9 && memcmp(data->bytes, "{\"error\":", 9) == 0) {
        reader->has_error = true;
        reader->ends_with_terminal = true;
    } else if (transit != NULL) {
        measure(data, transit, now);
    }
    data->length = 0;
}

static void end_line(EventReader *reader, Histogram *transit, uint64_t now) {
    char *line = reader->line.bytes;
    size_t length = reader->line.length;
    if (length > 0 && line[length - 1] == '\r') length -= 1;
    reader->line.length = 0;
    if (length == 0) {
        end_event(reader, transit, now);
    } else if (length >= 5 && memcmp(line, "data:", 5) == 0) {
        size_t start = length > 5 && line[5] == ' ' ? 6 : 5;
        if (reader->data.length > 0) buffer_append(&reader->data, "\n", 1);
        buffer_append(&reader->data, line + start, length - start);
    }
}

void events_feed(EventReader *reader, const char *bytes, size_t length, Histogram *transit, uint64_t now) {
    while (length > 0) {
        const char *newline = memchr(bytes, '\n', length);
        size_t part = newline == NULL ? length : (size_t)(newline - bytes);
        buffer_append(&reader->line, bytes, part);
        bytes += part;
        length -= part;
        if (newline == NULL) return;
        bytes += 1;
        length -= 1;
        end_line(reader, transit, now);
    }
}
