/* streams.h - what a command prints, kept for a test to read. */
#ifndef TESTS_STREAMS_H
#define TESTS_STREAMS_H

#include <stdio.h>
#include <unistd.h>

enum { STREAM_BYTES = 32768 };

struct streams {
    char out[STREAM_BYTES], complaint[STREAM_BYTES]; /* standard output and standard error, after streams_end */
    FILE *files[2];
    int saved[2];
};

static inline void streams_begin(struct streams *s)
{
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        s->saved[i] = dup(i + 1);
        s->files[i] = tmpfile();
        dup2(fileno(s->files[i]), i + 1);
    }
}

static inline void streams_end(struct streams *s)
{
    char *const texts[] = {s->out, s->complaint};
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        dup2(s->saved[i], i + 1);
        close(s->saved[i]);
        rewind(s->files[i]);
        texts[i][fread(texts[i], 1, STREAM_BYTES - 1, s->files[i])] = '\0';
        fclose(s->files[i]);
    }
}

#endif
