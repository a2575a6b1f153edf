// The functions of libpq that a connection calls (see LazyLibrary.h).
#include "LazyLibrary.h"

#ifdef __linux__

#include <libpq-fe.h>

LAZY_LIBRARY("libpq.so.5")

#define OF_CONNECTION(type, name) FORWARD(type, name, (PGconn *connection), (connection))
#define OF_RESULT(type, name) FORWARD(type, name, (const PGresult *result), (result))
#define OF_COLUMN(type, name) \
  FORWARD(type, name, (const PGresult *result, int column), (result, column))
#define OF_VALUE(type, name) \
  FORWARD(type, name, (const PGresult *result, int row, int column), (result, row, column))

FORWARD(PGconn *, PQconnectStartParams,
        (const char *const *keywords, const char *const *values, int expands),
        (keywords, values, expands))
FORWARD(PQconninfoOption *, PQconninfoParse, (const char *text, char **message), (text, message))
FORWARD(void, PQconninfoFree, (PQconninfoOption *options), (options))
OF_CONNECTION(PostgresPollingStatusType, PQconnectPoll)
OF_CONNECTION(void, PQfinish)

FORWARD(ConnStatusType, PQstatus, (const PGconn *connection), (connection))
FORWARD(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))
FORWARD(char *, PQerrorMessage, (const PGconn *connection), (connection))
FORWARD(int, PQsocket, (const PGconn *connection), (connection))
FORWARD(int, PQconnectionNeedsPassword, (const PGconn *connection), (connection))
FORWARD(PGVerbosity, PQsetErrorVerbosity, (PGconn *connection, PGVerbosity verbosity),
        (connection, verbosity))
FORWARD(PQnoticeProcessor, PQsetNoticeProcessor,
        (PGconn *connection, PQnoticeProcessor processor, void *argument),
        (connection, processor, argument))
FORWARD(int, PQsetnonblocking, (PGconn *connection, int isNonblocking), (connection, isNonblocking))

OF_CONNECTION(PGcancel *, PQgetCancel)
FORWARD(void, PQfreeCancel, (PGcancel *cancel), (cancel))
FORWARD(int, PQcancel, (PGcancel *cancel, char *message, int size), (cancel, message, size))

FORWARD(int, PQsendQuery, (PGconn *connection, const char *text), (connection, text))
FORWARD(int, PQsendQueryParams,
        (PGconn *connection, const char *text, int count, const Oid *types, const char *const *values,
         const int *lengths, const int *formats, int resultFormat),
        (connection, text, count, types, values, lengths, formats, resultFormat))
FORWARD(int, PQsendPrepare,
        (PGconn *connection, const char *name, const char *text, int count, const Oid *types),
        (connection, name, text, count, types))
FORWARD(int, PQsendQueryPrepared,
        (PGconn *connection, const char *name, int count, const char *const *values,
         const int *lengths, const int *formats, int resultFormat),
        (connection, name, count, values, lengths, formats, resultFormat))
OF_CONNECTION(int, PQsetSingleRowMode)
OF_CONNECTION(int, PQflush)
OF_CONNECTION(int, PQconsumeInput)
OF_CONNECTION(int, PQisBusy)
OF_CONNECTION(PGresult *, PQgetResult)
FORWARD(int, PQgetCopyData, (PGconn *connection, char **row, int isAsync), (connection, row, isAsync))
OF_CONNECTION(int, PQenterPipelineMode)
OF_CONNECTION(int, PQexitPipelineMode)
OF_CONNECTION(int, PQpipelineSync)
OF_CONNECTION(PGnotify *, PQnotifies)
FORWARD(int, PQputCopyData, (PGconn *connection, const char *data, int size), (connection, data, size))
FORWARD(int, PQputCopyEnd, (PGconn *connection, const char *error), (connection, error))

OF_RESULT(ExecStatusType, PQresultStatus)
FORWARD(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
FORWARD(char *, PQcmdStatus, (PGresult *result), (result))
FORWARD(void, PQclear, (PGresult *result), (result))
FORWARD(void, PQfreemem, (void *memory), (memory))
OF_RESULT(int, PQntuples)
OF_RESULT(int, PQnfields)
OF_COLUMN(char *, PQfname)
OF_COLUMN(Oid, PQftable)
OF_COLUMN(int, PQftablecol)
OF_COLUMN(Oid, PQftype)
OF_COLUMN(int, PQfsize)
OF_COLUMN(int, PQfmod)
OF_VALUE(char *, PQgetvalue)
OF_VALUE(int, PQgetlength)
OF_VALUE(int, PQgetisnull)

#endif
