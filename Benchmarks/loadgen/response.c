#include "loadgen.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_LINE = 16384 };

void response_reset(Response *response) {
    Buffer line = response->line, body = response->body;
    line.length = 0;
    body.length = 0;
    *response = (Response){.line = line, .body = body};
}

void response_free(Response *response) {
    buffer_free(&response->line);
    buffer_free(&response->body);
}

static void fail(Response *response, const char *fault) {
    response->phase = READ_BROKEN;
    response->fault = fault;
}

static bool has_word(const char *value, size_t length, const char *word) {
    size_t wanted = strlen(word);
    for (size_t start = 0; start + wanted <= length; start++) {
        if (strncasecmp(value + start, word, wanted) == 0) return true;
    }
    return false;
}

static void read_status(Response *response, const char *line, size_t length) {
    if (length < 12 || memcmp(line, "HTTP/1.1 ", 9) != 0) return fail(response, "the status line is not HTTP/1.1");
    for (int index = 9; index < 12; index++) {
        if (!isdigit((unsigned char)line[index])) return fail(response, "the status is no number");
        response->status = response->status * 10 + (line[index] - '0');
    }
    if (response->status < 100 || response->status > 599) fail(response, "the status is out of range");
}

static void read_field(Response *response, const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || colon == line) return fail(response, "a header line has no name");
    size_t name = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + length;
    while (value < end && *value == ' ') value++;
    size_t size = (size_t)(end - value);
    if (name == 14 && strncasecmp(line, "content-length", name) == 0) {
        if (response->has_length || size == 0 || size > 18) return fail(response, "a bad content-length");
        response->has_length = true;
        for (size_t index = 0; index < size; index++) {
            if (!isdigit((unsigned char)value[index])) return fail(response, "a bad content-length");
            response->left = response->left * 10 + (uint64_t)(value[index] - '0');
        }
    } else if (name == 17 && strncasecmp(line, "transfer-encoding", name) == 0) {
        if (response->is_chunked || size != 7 || strncasecmp(value, "chunked", 7) != 0) {
            return fail(response, "a bad transfer-encoding");
        }
        response->is_chunked = true;
    } else if (name == 10 && strncasecmp(line, "connection", name) == 0) {
        response->closes = has_word(value, size, "close");
    } else if (name == 12 && strncasecmp(line, "content-type", name) == 0) {
        response->is_stream = has_word(value, size, "text/event-stream");
        response->is_json = has_word(value, size, "application/json");
    } else if (name == 12 && strncasecmp(line, "x-request-id", name) == 0) {
        response->has_request_id = size > 0;
    }
}

static void end_head(Response *response) {
    if (response->status < 200) {
        // An interim response; the final one follows.
        response_reset(response);
        return;
    }
    if (response->is_chunked && response->has_length) return fail(response, "both content-length and chunked");
    if (response->status == 204 || response->status == 304) {
        response->phase = READ_DONE;
    } else if (response->is_chunked) {
        response->phase = READ_CHUNK_SIZE;
    } else if (response->has_length) {
        response->phase = response->left == 0 ? READ_DONE : READ_LENGTH;
    } else {
        fail(response, "neither content-length nor chunked");
    }
}

static void read_chunk_size(Response *response, const char *line, size_t length) {
    uint64_t size = 0;
    size_t index = 0;
    for (; index < length && isxdigit((unsigned char)line[index]); index++) {
        int digit = tolower((unsigned char)line[index]);
        size = size * 16 + (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    if (index == 0 || index > 15 || (index < length && line[index] != ';')) return fail(response, "a bad chunk size");
    response->left = size;
    response->phase = size == 0 ? READ_TRAILER : READ_CHUNK_DATA;
}

static void end_line(Response *response) {
    const char *line = response->line.bytes;
    size_t length = response->line.length - 1;
    if (length == 0 || line[length - 1] != '\r') return fail(response, "a line ends without CR");
    length -= 1;
    response->line.length = 0;
    switch (response->phase) {
    case READ_HEAD:
        if (response->status == 0) {
            read_status(response, line, length);
        } else if (length == 0) {
            end_head(response);
        } else {
            read_field(response, line, length);
        }
        break;
    case READ_CHUNK_SIZE: read_chunk_size(response, line, length); break;
    case READ_CHUNK_END:
        if (length != 0) return fail(response, "no CRLF after a chunk");
        response->phase = READ_CHUNK_SIZE;
        break;
    case READ_TRAILER:
        if (length == 0) response->phase = READ_DONE;
        break;
    default: break;
    }
}

size_t response_feed(Response *response, const char *bytes, size_t length) {
    size_t taken = 0;
    while (taken < length && response->phase != READ_DONE && response->phase != READ_BROKEN) {
        const char *rest = bytes + taken;
        size_t left = length - taken;
        if (response->phase == READ_LENGTH || response->phase == READ_CHUNK_DATA) {
            size_t part = response->left < left ? (size_t)response->left : left;
            buffer_append(&response->body, rest, part);
            taken += part;
            response->left -= part;
            if (response->left == 0) response->phase = response->phase == READ_LENGTH ? READ_DONE : READ_CHUNK_END;
            continue;
        }
        const char *newline = memchr(rest, '\n', left);
        size_t part = newline == NULL ? left : (size_t)(newline - rest) + 1;
        if (response->line.length + part > LONGEST_LINE) {
            fail(response, "a line is too long");
            break;
        }
        buffer_append(&response->line, rest, part);
        taken += part;
        if (newline != NULL) end_line(response);
    }
    return taken;
}
