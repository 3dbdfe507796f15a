#include "loadgen.h"

#include <string.h>

enum { DEEPEST = 512 };

typedef struct {
    const char *at, *end;
} Cursor;

static void skip_space(Cursor *c) {
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')) c->at++;
}

static bool take_word(Cursor *c, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0) return false;
    c->at += length;
    return true;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool is_hexadecimal(char byte) {
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static bool take_string(Cursor *c) {
    if (c->at >= c->end || *c->at != '"') return false;
    for (c->at++; c->at < c->end; c->at++) {
        unsigned char byte = (unsigned char)*c->at;
        if (byte == '"') {
            c->at++;
            return true;
        }
        if (byte < 0x20) return false;
        if (byte != '\\') continue;
        if (++c->at >= c->end || strchr("\"\\/bfnrtu", *c->at) == NULL) return false;
        if (*c->at != 'u') continue;
        if (c->end - c->at < 5) return false;
        for (int digit = 1; digit <= 4; digit++) {
            if (!is_hexadecimal(c->at[digit])) return false;
        }
        c->at += 4;
    }
    return false;
}

static bool take_digits(Cursor *c) {
    const char *first = c->at;
    while (c->at < c->end && is_digit(*c->at)) c->at++;
    return c->at > first;
}

static bool take_number(Cursor *c) {
    if (c->at < c->end && *c->at == '-') c->at++;
    if (c->at < c->end && *c->at == '0') {
        c->at++;
    } else if (!take_digits(c)) {
        return false;
    }
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!take_digits(c)) return false;
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-')) c->at++;
        if (!take_digits(c)) return false;
    }
    return true;
}

static bool take_scalar(Cursor *c) {
    if (c->at >= c->end) return false;
    switch (*c->at) {
    case '"': return take_string(c);
    case 't': return take_word(c, "true");
    case 'f': return take_word(c, "false");
    case 'n': return take_word(c, "null");
    default: return take_number(c);
    }
}

static bool take_key(Cursor *c) {
    skip_space(c);
    if (!take_string(c)) return false;
    skip_space(c);
    if (c->at >= c->end || *c->at != ':') return false;
    c->at++;
    return true;
}

bool json_is_valid(const char *bytes, size_t length) {
    Cursor cursor = {bytes, bytes + length}, *c = &cursor;
    char closers[DEEPEST];
    int depth = 0;
    for (;;) {
        // A value begins here.
        skip_space(c);
        if (c->at < c->end && (*c->at == '{' || *c->at == '[')) {
            if (depth == DEEPEST) return false;
            char closer = *c->at++ == '{' ? '}' : ']';
            skip_space(c);
            if (c->at >= c->end || *c->at != closer) {
                closers[depth++] = closer;
                if (closer == '}' && !take_key(c)) return false;
                continue;
            }
            c->at++;
        } else if (!take_scalar(c)) {
            return false;
        }
        // A value ended here: leave what it closes, or go on to the next one.
        for (;;) {
            skip_space(c);
            if (depth == 0) return c->at == c->end;
            if (c->at >= c->end) return false;
            if (*c->at == closers[depth - 1]) {
                c->at++;
                depth--;
                continue;
            }
            if (*c->at++ != ',') return false;
            if (closers[depth - 1] == '}' && !take_key(c)) return false;
            break;
        }
    }
}
