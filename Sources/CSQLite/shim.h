#ifndef SLUICE_CSQLITE_SHIM_H
#define SLUICE_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift does not see: SQLite copies what is bound with it.
static inline int sluice_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
    return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int sluice_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

// The aggregate sluice_sums(a, b, ...), see SQLiteSums.swift. It runs for every row of a query over millions of them, so it is as
// fast in a build for tests as in one for use. What SQLite keeps for a group is zero at first: how many sums there are, whether one
// overflowed, then the sums.
static inline void sluice_sqlite_sums_step(sqlite3_context *context, int count, sqlite3_value **arguments) {
    sqlite3_int64 *state = (sqlite3_int64 *)sqlite3_aggregate_context(context, (count + 2) * (int)sizeof(sqlite3_int64));
    if (state == 0) {
        sqlite3_result_error_nomem(context);
        return;
    }
    state[0] = count;
    for (int index = 0; index < count; index++) {
        if (__builtin_add_overflow(state[index + 2], sqlite3_value_int64(arguments[index]), &state[index + 2])) {
            state[1] = 1;
        }
    }
}

static inline void sluice_sqlite_sums_finish(sqlite3_context *context) {
    sqlite3_int64 *state = (sqlite3_int64 *)sqlite3_aggregate_context(context, 0);
    if (state == 0) {
        return;
    }
    if (state[1] != 0) {
        sqlite3_result_error(context, "integer overflow", -1);
    } else {
        sqlite3_result_blob(context, state + 2, (int)(state[0] * (sqlite3_int64)sizeof(sqlite3_int64)), SQLITE_TRANSIENT);
    }
}

static inline int sluice_sqlite_register_sums(sqlite3 *database, const char *name) {
    return sqlite3_create_function_v2(
        database, name, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, 0, 0, sluice_sqlite_sums_step,
        sluice_sqlite_sums_finish, 0);
}

#endif
