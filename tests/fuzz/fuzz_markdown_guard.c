/* What the guard lets through has no link, image or HTML, for cmark (the reference reader of CommonMark) as for
 * cmark-gfm with GitHub's extensions; and it does not depend on where the text was cut. Both libraries have the same
 * names, so each is opened for itself. The first byte says how the rest is cut; bytes below 0x80 pick pieces of markup,
 * so that few mutations make much of it. */
#include <dlfcn.h>
#include <stdio.h>

#include "base/utf8.h"
#include "text/markdown_guard.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static const char *const PIECES[] = {
    "![",
    "[",
    "]",
    "](",
    "](http://evil.example/a.png)",
    "![x](//evil.example)",
    "[x]: http://evil.example\n",
    ": ",
    "`",
    "``",
    "```",
    "````",
    "~~~",
    "~~",
    "\n",
    "\n\n",
    "\r",
    "\n```\n",
    "\n~~~\n",
    "    ",
    "  ",
    " ",
    "   ",
    "\t",
    "> ",
    ">",
    "- ",
    "1. ",
    "2) ",
    "-\n",
    "* ",
    "\\",
    "\\\\",
    "<",
    ">",
    "<script>",
    "</p>",
    "<!--",
    "-->",
    "<?",
    "<![CDATA[",
    "<http://evil.example>",
    "http://",
    "http:",
    "//",
    "www.",
    "evil.example",
    "a",
    "|",
    "\n|-|-|\n",
    "| a | b |\n",
    "# ",
    "===\n",
    "---\n",
    "(",
    ")",
    "\"",
    "'",
    "&",
    "&lt;",
    "<a@b.example>",
    "!",
    ":",
    "/",
    "w",
    "x",
    "[^1]",
    "[^1]: ",
    "<img src=x>",
    "<svg onload=x>",
    "http:\\\\evil.example",
    "$",
    "*",
    "_",
    "é",
    "\xE2\x80\xA8",
};

struct reader {
    void *(*parser_new)(int);
    void (*feed)(void *, const char *, size_t);
    void *(*finish)(void *);
    void *(*iter_new)(void *);
    int (*iter_next)(void *);
    void *(*iter_node)(void *);
    const char *(*type)(void *);
    void (*iter_free)(void *), (*node_free)(void *), (*parser_free)(void *);
    int (*attach)(void *, void *);
    void *(*extension)(const char *);
};

#define FIND(field, name) (*(void **)&r.field = dlsym(lib, name))

static struct reader reader_open(const char *path, const char *extensions)
{
    struct reader r = {0};
    void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL), *more = extensions ? dlopen(extensions, RTLD_NOW) : NULL;
    if (!lib || (extensions && !more)) {
        fprintf(stderr, "%s\n", dlerror());
        __builtin_trap();
    }
    FIND(parser_new, "cmark_parser_new");
    FIND(feed, "cmark_parser_feed");
    FIND(finish, "cmark_parser_finish");
    FIND(iter_new, "cmark_iter_new");
    FIND(iter_next, "cmark_iter_next");
    FIND(iter_node, "cmark_iter_get_node");
    FIND(type, "cmark_node_get_type_string");
    FIND(iter_free, "cmark_iter_free");
    FIND(node_free, "cmark_node_free");
    FIND(parser_free, "cmark_parser_free");
    if (more) {
        FIND(attach, "cmark_parser_attach_syntax_extension");
        FIND(extension, "cmark_find_syntax_extension");
        void (*ready)(void);
        *(void **)&ready = dlsym(more, "cmark_gfm_core_extensions_ensure_registered");
        ready();
    }
    return r;
}

static bool is_markup(const char *type)
{
    return !strcmp(type, "link") || !strcmp(type, "image") || !strcmp(type, "html_block") ||
           !strcmp(type, "html_inline");
}

/* "mailto:" is no address that is fetched. */
static void check(const struct reader *r, struct slice in, struct slice out, bool extended)
{
    void *parser = r->parser_new(extended ? 1 << 13 : 0); /* CMARK_OPT_FOOTNOTES */
    static const char *const names[] = {"table", "autolink", "strikethrough", "tasklist"};
    for (size_t i = 0; extended && i < COUNT_OF(names); i++)
        r->attach(parser, r->extension(names[i]));
    r->feed(parser, out.p, out.n);
    void *document = r->finish(parser), *iter = r->iter_new(document);
    for (int event; (event = r->iter_next(iter)) != 1;) /* CMARK_EVENT_DONE */
        if (is_markup(r->type(r->iter_node(iter))) &&
            !(extended && !strcmp(r->type(r->iter_node(iter)), "link") && memchr(out.p, '@', out.n))) {
            fprintf(stderr, "%s: a %s\n--- in\n%.*s\n--- out\n%.*s\n---\n", extended ? "gfm" : "cmark",
                    r->type(r->iter_node(iter)), SLICE_ARGS(in), SLICE_ARGS(out));
            __builtin_trap();
        }
    r->iter_free(iter);
    r->node_free(document);
    r->parser_free(parser);
}

static void filter(struct slice text, size_t bytes, struct buf *heard)
{
    struct markdown_guard g;
    markdown_guard_init(&g);
    while (text.n > 0) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        buf_add(heard, markdown_guard_feed(&g, piece));
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    buf_add(heard, markdown_guard_settle(&g));
    markdown_guard_release(&g);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    static struct reader plain, github;
    struct buf made, whole, cut;
    if (n == 0)
        return 0;
    if (!plain.feed) {
        plain = reader_open("libcmark.so.0.30.2", NULL);
        github = reader_open("libcmark-gfm.so.0.29.0.gfm.6", "libcmark-gfm-extensions.so.0.29.0.gfm.6");
    }
    buf_init(&made, 1 << 20);
    buf_init(&whole, 1 << 22);
    buf_init(&cut, 1 << 22);
    bool literal = text[0] & 0x80;
    if (literal)
        buf_add(&made, (struct slice){(const char *)text + 1, n - 1});
    else
        for (size_t i = 1; i < n; i++)
            buf_add(&made, slice_of(PIECES[text[i] % COUNT_OF(PIECES)]));
    struct slice in = buf_slice(&made);
    if (utf8_check(in) == in.n) {
        filter(in, SIZE_MAX, &whole);
        filter(in, 1 + text[0] % 16, &cut);
        if (!slice_eq(buf_slice(&whole), buf_slice(&cut))) {
            fprintf(stderr, "--- whole\n%.*s\n--- cut\n%.*s\n---\n", SLICE_ARGS(buf_slice(&whole)),
                    SLICE_ARGS(buf_slice(&cut)));
            __builtin_trap();
        }
        check(&plain, in, buf_slice(&whole), false);
        check(&github, in, buf_slice(&whole), true);
    }
    buf_release(&made);
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
