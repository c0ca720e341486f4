/* rows.h - what the programs in training/ have in common: they open an index, and handle JSON lines from standard input
 * one by one. */
#ifndef TRAINING_ROWS_H
#define TRAINING_ROWS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "index/index.h"

/* Opens the index that argv[1] names and calls each() with every row. Returns the exit status: 0; 1 after a line that
 * is not JSON or a failure of each(), with the reason on standard error; 2 after wrong arguments, with the usage. */
static inline int rows_read(int argc, char **argv, const char *usage,
                            bool (*each)(struct index *index, json_t *row, void *ud, struct err *e), void *ud)
{
    struct index *index = NULL;
    struct err e;
    char *line = NULL;
    size_t room = 0;
    int status = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    while (status == 0 && getline(&line, &room, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (!row || !each(index, row, ud, &e)) {
            fprintf(stderr, "%s\n", row ? e.message : "a line is not JSON");
            status = 1;
        }
        json_decref(row);
    }
    free(line);
    index_close(index);
    return status;
}

#endif
