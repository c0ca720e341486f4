/* blocks.c - prints the blocks of a page as the model of main text sees them. train_blocks.py trains on them.
 *
 * usage: blocks [SEED] < PAGE.html      (UTF-8)
 *
 * Output: a JSON line for each block, with its text, its boxes (its own, the one above, the one above that) and its
 * features, in the order of html_features.def and then of the roles (html_roles.h).
 * A seed other than 0 changes the page at random, to stand for kinds of pages that the few with known text are not:
 * long blocks are missing (a shorter article), classes say nothing, there is no JSON-LD or no description. */
#include <jansson.h>

#include "pages/html_features.h"
#include "pages/json_ld.h"

static bool chance(unsigned *seed, double p)
{
    return rand_r(seed) < p * RAND_MAX;
}

static void vary(struct html_page *page, unsigned seed)
{
    seed = seed * 7919 + (unsigned)page->text.n;
    rand_r(&seed);
    double missing = chance(&seed, 0.6) ? 0.2 + 0.7 * rand_r(&seed) / RAND_MAX : 0;
    bool classes = chance(&seed, 0.7);
    size_t n = 0;
    if (chance(&seed, 0.6))
        page->json_ld_count = 0;
    if (chance(&seed, 0.5))
        page->meta.description.n = 0;
    for (size_t i = 0; i < page->block_count; i++)
        if (page->blocks[i].n < 80 || !chance(&seed, missing))
            page->blocks[n++] = page->blocks[i];
    page->block_count = n;
    for (size_t i = 0; i < n && !classes; i++)
        page->blocks[i].inline_roles = 0;
    for (size_t i = 0; i < page->box_count && !classes; i++)
        memset(page->boxes[i].near, HTML_FAR, ROLE_IN_ARTICLE);
}

int main(int argc, char **argv)
{
    unsigned seed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    struct buf bytes;
    char chunk[65536];
    size_t n;
    buf_init(&bytes, 64u << 20);
    while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        if (!buf_add(&bytes, (struct slice){chunk, n}))
            return 1;
    struct arena *a = arena_new();
    struct html_page *page = html_parse(a, buf_slice(&bytes));
    if (seed)
        vary(page, seed);
    struct json_ld ld = {.body = {"", 0}};
    for (size_t i = 0; i < page->json_ld_count; i++)
        json_ld_read(a, page->json_ld[i], &ld);
    struct html_features *f = html_features(a, page, ld.body);
    for (size_t i = 0; i < page->block_count; i++) {
        json_t *numbers = json_array();
        for (size_t k = 0; k < HTML_FEATURES; k++)
            json_array_append_new(numbers, json_real((double)f[i].at[k]));
        struct slice text = html_block_text(page, &page->blocks[i]);
        uint32_t box = page->blocks[i].box, up = page->boxes[box].parent;
        json_t *line = json_pack("{s:o, s:[i,i,i], s:o}", "text", json_stringn(text.p, text.n), "boxes", (int)box,
                                 (int)up, (int)page->boxes[up].parent, "features", numbers);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
    arena_free(a);
    buf_release(&bytes);
    return 0;
}
