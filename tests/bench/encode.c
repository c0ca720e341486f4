/* Prints figures of the sentence encoder as JSON: encode WEIGHTS, with sentences on standard input, a line each. */
#include "encode/meaning.h"

enum { QUESTIONS = 200, SENTENCES_MAX = 4000, FEW = 14, US_PER_S = 1000000 };

static int by_size(const void *l, const void *r)
{
    const int64_t *one = l, *other = r;
    return (*one > *other) - (*one < *other);
}

static double rate(size_t n, int64_t began_us)
{
    return (double)n * US_PER_S / (double)(clock_us() - began_us);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct slice *texts = arena_array(a, struct slice, SENTENCES_MAX);
    struct encoder *x;
    struct err e;
    char *line = NULL;
    size_t room = 0, n = 0;
    for (ssize_t got; n < SENTENCES_MAX && (got = getline(&line, &room, stdin)) > 0;)
        texts[n++] = arena_dup(a, slice_trim((struct slice){line, (size_t)got}));
    free(line);
    int64_t began = clock_us();
    if (argc != 2 || n < FEW || !encoder_open(argv[1], &x, &e)) {
        fprintf(stderr, "usage: encode WEIGHTS <SENTENCES: %s\n", argc == 2 && n >= FEW ? e.message : "too few");
        return 1;
    }
    double open_ms = (double)(clock_us() - began) / 1000;
    float *vectors = arena_array(a, float, n *ENCODE_WIDTH);
    int64_t took[QUESTIONS];
    struct slice question = SLICE("who was the first person to walk on the moon");
    encode_aside(x, &question, 1, NULL, vectors); /* the first one touches new memory */
    for (size_t i = 0; i < QUESTIONS; i++) {
        began = clock_us();
        encode_aside(x, &question, 1, NULL, vectors);
        took[i] = clock_us() - began;
    }
    qsort(took, QUESTIONS, sizeof *took, by_size);
    began = clock_us();
    encode_texts(x, texts, FEW, NULL, vectors);
    double few_ms = (double)(clock_us() - began) / 1000;
    began = clock_us();
    encode_aside(x, texts, n, NULL, vectors);
    double one = rate(n, began);
    began = clock_us();
    encode_texts(x, texts, n, NULL, vectors);
    printf("{\"arithmetic\": \"%s\", \"open_ms\": %.1f, \"question_ms\": %.3f, \"few_ms\": %.1f, \"one_core_per_s\": "
           "%.1f, "
           "\"all_cores_per_s\": %.1f}\n",
           encoder_arithmetic(x), open_ms, (double)took[QUESTIONS / 2] / 1000, few_ms, one, rate(n, began));
    encoder_close(x);
    arena_free(a);
    return 0;
}
