#include "loadgen.h"

static unsigned slot_of(uint64_t value) {
    if (value < 64) return (unsigned)value;
    unsigned power = 63 - (unsigned)__builtin_clzll(value);
    unsigned slot = (power - 5) * 64 + (unsigned)((value >> (power - 6)) - 64);
    return slot < HISTOGRAM_SLOTS ? slot : HISTOGRAM_SLOTS - 1;
}

static uint64_t value_of(unsigned slot) {
    if (slot < 64) return slot;
    unsigned power = slot / 64 + 5;
    return (uint64_t)(slot % 64 + 64) << (power - 6);
}

void histogram_add(Histogram *histogram, uint64_t microseconds) {
    histogram->slots[slot_of(microseconds)] += 1;
    histogram->count += 1;
    if (microseconds > histogram->highest) histogram->highest = microseconds;
}

uint64_t histogram_quantile(const Histogram *histogram, double part) {
    uint64_t wanted = (uint64_t)((double)histogram->count * part), seen = 0;
    for (unsigned slot = 0; slot < HISTOGRAM_SLOTS; slot++) {
        seen += histogram->slots[slot];
        if (seen > wanted) return value_of(slot);
    }
    return histogram->highest;
}
