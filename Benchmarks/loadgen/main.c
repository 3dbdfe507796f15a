// A load program for gateways: a cheap upstream, closed-loop loads, a holder of idle connections, and chaos.
//
// Build: cc -std=gnu17 -O2 -D_GNU_SOURCE -o loadgen *.c. Loopback only; see the head of each mode's file for its options.
#include "loadgen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    Options options = {.count = count - 2, .words = words + 2};
    const char *mode = count > 1 ? words[1] : "";
    if (strcmp(mode, "upstream") == 0) return run_upstream(&options);
    if (strcmp(mode, "whole") == 0) return run_load(&options, false);
    if (strcmp(mode, "stream") == 0) return run_load(&options, true);
    if (strcmp(mode, "idle") == 0) return run_idle(&options);
    if (strcmp(mode, "chaos") == 0) return run_chaos(&options);
    fprintf(stderr, "usage: loadgen upstream|whole|stream|idle|chaos [--option value]...\n");
    return 2;
}
