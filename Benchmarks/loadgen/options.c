#include "loadgen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *option_text(const Options *options, const char *name, const char *fallback) {
    for (int index = 0; index + 1 < options->count; index += 2) {
        if (strcmp(options->words[index], name) == 0) return options->words[index + 1];
    }
    return fallback;
}

double option_number(const Options *options, const char *name, double fallback) {
    const char *text = option_text(options, name, NULL);
    if (text == NULL) return fallback;
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != 0) {
        fprintf(stderr, "loadgen: %s: expected a number, found %s\n", name, text);
        exit(2);
    }
    return value;
}

_Noreturn void die(const char *what) {
    perror(what);
    exit(1);
}
