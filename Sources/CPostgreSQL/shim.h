#ifndef SLUICE_CPOSTGRESQL_SHIM_H
#define SLUICE_CPOSTGRESQL_SHIM_H

#include <dlfcn.h>
#include <stddef.h>

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

// The functions of libpq that are used, with the types of its own header. Nothing here is linked: the library is opened
// when a PostgreSQL database is configured.
typedef struct sluice_libpq {
    __typeof__(PQconnectStartParams) *connect_start;
    __typeof__(PQconnectPoll) *connect_poll;
    __typeof__(PQconninfoParse) *conninfo_parse;
    __typeof__(PQconninfoFree) *conninfo_free;
    __typeof__(PQfreemem) *free_memory;
    __typeof__(PQfinish) *finish;
    __typeof__(PQstatus) *status;
    __typeof__(PQerrorMessage) *error_message;
    __typeof__(PQsocket) *socket;
    __typeof__(PQserverVersion) *server_version;
    __typeof__(PQsetnonblocking) *set_nonblocking;
    __typeof__(PQsetNoticeReceiver) *set_notice_receiver;
    __typeof__(PQsetErrorVerbosity) *set_error_verbosity;
    __typeof__(PQflush) *flush;
    __typeof__(PQisBusy) *is_busy;
    __typeof__(PQconsumeInput) *consume_input;
    __typeof__(PQsendQuery) *send_query;
    __typeof__(PQsendPrepare) *send_prepare;
    __typeof__(PQsendQueryPrepared) *send_query_prepared;
    __typeof__(PQgetResult) *get_result;
    __typeof__(PQresultStatus) *result_status;
    __typeof__(PQresultErrorField) *result_error_field;
    __typeof__(PQntuples) *row_count;
    __typeof__(PQnfields) *column_count;
    __typeof__(PQftype) *column_type;
    __typeof__(PQgetisnull) *is_null;
    __typeof__(PQgetvalue) *value;
    __typeof__(PQgetlength) *length;
    __typeof__(PQcmdTuples) *changed_rows;
    __typeof__(PQclear) *clear;
    __typeof__(PQnotifies) *notifies;
    __typeof__(PQtransactionStatus) *transaction_status;
} sluice_libpq;

// Fills the table from an opened library. Returns NULL, or the name of the first function that is missing.
static inline const char *sluice_libpq_load(void *library, sluice_libpq *table) {
#define SLUICE_LOAD(field, name) \
    if ((table->field = (__typeof__(table->field))dlsym(library, #name)) == NULL) return #name
    SLUICE_LOAD(connect_start, PQconnectStartParams);
    SLUICE_LOAD(connect_poll, PQconnectPoll);
    SLUICE_LOAD(conninfo_parse, PQconninfoParse);
    SLUICE_LOAD(conninfo_free, PQconninfoFree);
    SLUICE_LOAD(free_memory, PQfreemem);
    SLUICE_LOAD(finish, PQfinish);
    SLUICE_LOAD(status, PQstatus);
    SLUICE_LOAD(error_message, PQerrorMessage);
    SLUICE_LOAD(socket, PQsocket);
    SLUICE_LOAD(server_version, PQserverVersion);
    SLUICE_LOAD(set_nonblocking, PQsetnonblocking);
    SLUICE_LOAD(set_notice_receiver, PQsetNoticeReceiver);
    SLUICE_LOAD(set_error_verbosity, PQsetErrorVerbosity);
    SLUICE_LOAD(flush, PQflush);
    SLUICE_LOAD(is_busy, PQisBusy);
    SLUICE_LOAD(consume_input, PQconsumeInput);
    SLUICE_LOAD(send_query, PQsendQuery);
    SLUICE_LOAD(send_prepare, PQsendPrepare);
    SLUICE_LOAD(send_query_prepared, PQsendQueryPrepared);
    SLUICE_LOAD(get_result, PQgetResult);
    SLUICE_LOAD(result_status, PQresultStatus);
    SLUICE_LOAD(result_error_field, PQresultErrorField);
    SLUICE_LOAD(row_count, PQntuples);
    SLUICE_LOAD(column_count, PQnfields);
    SLUICE_LOAD(column_type, PQftype);
    SLUICE_LOAD(is_null, PQgetisnull);
    SLUICE_LOAD(value, PQgetvalue);
    SLUICE_LOAD(length, PQgetlength);
    SLUICE_LOAD(changed_rows, PQcmdTuples);
    SLUICE_LOAD(clear, PQclear);
    SLUICE_LOAD(notifies, PQnotifies);
    SLUICE_LOAD(transaction_status, PQtransactionStatus);
#undef SLUICE_LOAD
    return NULL;
}

// The field codes are macros of character constants, which Swift does not see.
enum { sluice_pg_sqlstate = PG_DIAG_SQLSTATE, sluice_pg_message = PG_DIAG_MESSAGE_PRIMARY, sluice_pg_constraint = PG_DIAG_CONSTRAINT_NAME };

#endif
