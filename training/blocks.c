/* blocks.c - what the model of main text sees, for training: the blocks of a page, one JSON line each.
 *
 * usage: blocks < PAGE.html      (UTF-8)
 * A line holds text and features, in the order of html_features.def and then of the roles (html_roles.h). */
#include <jansson.h>

#include "text/html_features.h"
#include "text/json_ld.h"

int main(void)
{
    struct buf bytes;
    char chunk[65536];
    size_t n;
    buf_init(&bytes, 64u << 20);
    while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        if (!buf_add(&bytes, (struct slice){chunk, n}))
            return 1;
    struct arena *a = arena_new();
    struct html_page *page = html_parse(a, buf_slice(&bytes));
    struct json_ld ld = {.body = {"", 0}};
    for (size_t i = 0; i < page->json_ld_count; i++)
        json_ld_read(a, page->json_ld[i], &ld);
    struct html_features *f = html_features(a, page, ld.body);
    for (size_t i = 0; i < page->block_count; i++) {
        json_t *numbers = json_array();
        for (size_t k = 0; k < HTML_FEATURES; k++)
            json_array_append_new(numbers, json_real((double)f[i].at[k]));
        struct slice text = html_block_text(page, &page->blocks[i]);
        json_t *line = json_pack("{s:o, s:o}", "text", json_stringn(text.p, text.n), "features", numbers);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
    arena_free(a);
    buf_release(&bytes);
    return 0;
}
