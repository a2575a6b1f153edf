// What jobs/pg-sql.js does, with libpq alone: pg-exec COUNT; the connection comes from PGHOST and so on.
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  PGconn *connection = PQconnectdb("");
  for (long id = 0; id < atol(argv[1]); id++) {
    char key[24], name[32], age[24];
    snprintf(key, sizeof key, "%ld", id);
    snprintf(name, sizeof name, "person %ld", id);
    snprintf(age, sizeof age, "%ld", 18 + id % 60);
    const char *values[] = {key, name, age};
    PGresult *result = PQexecParams(connection, "insert into bench_rows (id, name, age) values ($1, $2, $3)", 3, NULL,
                                    values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
      fprintf(stderr, "pg-exec: %s", PQerrorMessage(connection));
      return 1;
    }
    PQclear(result);
  }
  PQfinish(connection);
}
