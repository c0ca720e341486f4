/* Every format with files made here: what comes out, what is reported, where another run goes on; hostile ones too. */
#include "unit.h"

#include <bzlib.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "folder.h"
#include "ingest/source.h"
#include "pages/wikitext.h"

static int interruptions; /* of the next reads */

static ssize_t read_or_not(int fd, void *out, size_t n)
{
    if (interruptions == 0)
        return syscall(SYS_read, fd, out, n);
    interruptions--;
    errno = EINTR;
    return -1;
}

/* Both names of libc's. */
ssize_t read(int fd, void *out, size_t n)
{
    return read_or_not(fd, out, n);
}

ssize_t __read_chk(int fd, void *out, size_t n, size_t room);
ssize_t __read_chk(int fd, void *out, size_t n, size_t room)
{
    (void)room;
    return read_or_not(fd, out, n);
}

struct read { /* what a source gave */
    size_t pages, bad;
    bool failed;
    char urls[2000], text[6000], where[600], why[600];
};

static char folder[FOLDER_BYTES];

static const char *put(const char *name, struct slice bytes)
{
    static char path[8][200];
    static int at;
    char *p = path[at++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    FILE *f = fopen(p, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
    return p;
}

static void add(char *to, size_t room, struct slice text)
{
    size_t n = strlen(to);
    snprintf(to + n, room - n, "%.*s\n", SLICE_ARGS(text));
}

/* Reads on to the end, at most `most` pages. */
static void read_on(struct source *s, size_t most, struct read *r)
{
    *r = (struct read){.pages = 0};
    while (r->pages < most) {
        struct arena *a = arena_new();
        struct source_page p;
        struct err e = {0};
        enum source_step step = source_next(s, a, &p, &e);
        if (step == SOURCE_PAGE) {
            r->pages++;
            add(r->urls, sizeof r->urls, p.url);
            add(r->text, sizeof r->text, p.text);
        } else if (step != SOURCE_END) {
            r->bad += step == SOURCE_BAD;
            r->failed = step == SOURCE_FAILED;
            add(r->where, sizeof r->where, slice_of(source_where(s)));
            add(r->why, sizeof r->why, slice_of(e.message));
        }
        arena_free(a);
        if (step == SOURCE_END || step == SOURCE_FAILED)
            return;
    }
}

static struct source *opened(const char *path, const char *base)
{
    struct source *s = NULL;
    struct err e = {0};
    if (!source_open(path, &(struct source_options){.base = slice_of(base)}, &s, &e))
        fail_msg("%s", e.message);
    return s;
}

static struct read read_all(const char *path, const char *base)
{
    struct read r;
    struct source *s = opened(path, base);
    read_on(s, SIZE_MAX, &r);
    source_close(s);
    return r;
}

/* --- WARC ------------------------------------------------------------------------------------------------------- */

static void add_record(struct buf *b, int number, const char *type, const char *head, struct slice body, int lie)
{
    struct buf http;
    buf_init(&http, 1 << 20);
    buf_printf(&http, "HTTP/1.1 %s\r\n\r\n", head);
    buf_add(&http, body);
    buf_printf(b,
               "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://a.example/%d\r\nContent-Type: application/http\r\n"
               "Content-Length: %d\r\n\r\n",
               type, number, (int)http.n + lie);
    buf_add(b, buf_slice(&http));
    buf_add(b, SLICE("\r\n\r\n"));
    buf_release(&http);
}

static struct slice html(int number)
{
    static char text[4][400];
    char *p = text[number % 4];
    snprintf(p, sizeof text[0],
             "<html><head><title>Page %d</title></head><body><article><p>The river number %d flows "
             "through the long valley and into the sea.</p></article></body></html>",
             number, number);
    return slice_of(p);
}

#define OK_HTML "200 OK\r\nContent-Type: text/html"

static void pack(struct buf *out, struct slice in)
{
    char packed[8192];
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (Bytef *)(uintptr_t)in.p, z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)packed, z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buf_add(out, (struct slice){packed, sizeof packed - z.avail_out});
    deflateEnd(&z);
}

static void add_records(struct buf *b, bool packed)
{
    struct buf one, body;
    buf_init(&one, 1 << 20);
    buf_init(&body, 1 << 20);
    for (int i = 0; i < 6; i++) {
        buf_reset(&one);
        buf_reset(&body);
        if (i == 1) { /* chunked */
            buf_printf(&body, "%zx\r\n%.*s\r\n0\r\n\r\n", html(1).n, SLICE_ARGS(html(1)));
            add_record(&one, i, "response", OK_HTML "\r\nTransfer-Encoding: chunked", buf_slice(&body), 0);
        } else if (i == 2) {
            pack(&body, html(2));
            add_record(&one, i, "response", OK_HTML "\r\nContent-Encoding: gzip", buf_slice(&body), 0);
        } else if (i == 3) {
            add_record(&one, i, "request", OK_HTML, html(3), 0);
        } else if (i == 4) {
            add_record(&one, i, "response", "404 No\r\nContent-Type: text/html", html(4), 0);
        } else {
            add_record(&one, i, "response", OK_HTML, html(i), 0);
        }
        if (packed)
            pack(b, buf_slice(&one));
        else
            buf_add(b, buf_slice(&one));
    }
    buf_release(&one);
    buf_release(&body);
}

static void test_warc(void **state)
{
    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        add_records(&b, packed);
        struct read r = read_all(put(packed ? "a.warc.gz" : "a.warc", buf_slice(&b)), "");
        assert_string_equal(r.why, "");
        assert_string_equal(r.urls, "http://a.example/0\nhttp://a.example/1\nhttp://a.example/2\nhttp://a.example/5\n");
        assert_non_null(strstr(r.text, "river number 1"));
        assert_non_null(strstr(r.text, "river number 2"));
        buf_release(&b);
    }
}

static void test_warc_broken(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    add_record(&b, 0, "response", OK_HTML, html(0), 0);
    buf_add(&b, SLICE("junk between records\nmore of it\n"));
    add_record(&b, 1, "response", OK_HTML, html(1), 0);
    buf_add(&b, SLICE("WARC/1.0\r\nContent-Length: x\r\n\r\n"));
    add_record(&b, 2, "response", OK_HTML "\r\nContent-Encoding: xz", html(2), 0);
    add_record(&b, 3, "response", OK_HTML, html(3), 0);
    add_record(&b, 4, "response", OK_HTML, html(0), 5000); /* says more than there is */
    struct read r = read_all(put("broken.warc", buf_slice(&b)), "");
    assert_string_equal(r.urls, "http://a.example/0\nhttp://a.example/1\nhttp://a.example/3\n");
    assert_int_equal(r.bad, 4);
    assert_non_null(strstr(r.why, "coding 'xz'"));
    assert_non_null(strstr(r.why, "ends before its Content-Length"));
    buf_release(&b);

    buf_init(&b, 1 << 20); /* damage in a packed member: the next one is found */
    add_records(&b, true);
    memset(b.p + 60, 'X', 20);
    b.n -= 30;
    r = read_all(put("broken.warc.gz", buf_slice(&b)), "");
    assert_string_equal(r.urls, "http://a.example/1\nhttp://a.example/2\n");
    assert_int_equal(r.bad, 2);
    assert_false(r.failed);
    buf_release(&b);
}

static struct slice zstd(struct slice in)
{
    static char packed[1 << 16];
    return (struct slice){packed, ZSTD_compress(packed, sizeof packed, in.p, in.n, 3)};
}

/* Bodies as brotli and zstd pack them, such that an archive's writer has undone, and an archive of zstd frames. */
static void test_warc_brotli_and_zstd(void **state)
{
    (void)state;
    static const char brotli[] =
        "\033\226\000\340\215\223\134\355\362\224\336\360\172\167\035\332\365\123\212\122\204\344\171\241\322\311\001"
        "\373\367\057\213\112\022\114\223\260\245\067\354\337\163\103\215\074\004\335\236\121\042\120\022\216\103\302"
        "\145"
        "\040\111\163\320\360\160\214\046\164\333\376\112\120\274\333\261\050\071\134\155\150\234\324\271\076\263\340"
        "\002"
        "\376\220\020";
    struct buf b, all;
    buf_init(&b, 1 << 20);
    buf_init(&all, 1 << 20);
    add_record(&b, 0, "response", OK_HTML "\r\nContent-Encoding: br", (struct slice){brotli, sizeof brotli - 1}, 0);
    add_record(&b, 1, "response", OK_HTML "\r\nContent-Encoding: zstd", zstd(html(1)), 0);
    add_record(&b, 2, "response", OK_HTML "\r\nContent-Encoding: br", html(2), 0);
    add_record(&b, 3, "response", OK_HTML "\r\nContent-Encoding: zstd", html(3), 0);
    add_record(&b, 4, "response", OK_HTML "\r\nContent-Encoding: br", SLICE("\x01\x02 damaged"), 0);
    add_record(&b, 5, "response", OK_HTML "\r\nContent-Encoding: zstd", slice_sub(zstd(html(1)), 0, 60), 0);
    struct read r = read_all(put("coded.warc", buf_slice(&b)), "");
    assert_string_equal(r.urls, "http://a.example/0\nhttp://a.example/1\nhttp://a.example/2\nhttp://a.example/3\n");
    assert_non_null(strstr(r.text, "river of brotli"));
    assert_non_null(strstr(r.text, "river number 1"));
    assert_int_equal(r.bad, 2);
    assert_non_null(strstr(r.why, "its packed body is damaged"));
    for (int i = 0; i < 3; i++) { /* a frame for each record */
        buf_reset(&b);
        add_record(&b, i, "response", OK_HTML, html(i), 0);
        buf_add(&all, zstd(buf_slice(&b)));
    }
    r = read_all(put("a.warc.zst", buf_slice(&all)), "");
    assert_string_equal(r.why, "");
    assert_string_equal(r.urls, "http://a.example/0\nhttp://a.example/1\nhttp://a.example/2\n");
    r = read_all(put("b.warc.zst", slice_sub(buf_slice(&all), 0, all.n - 20)), "");
    assert_string_equal(r.urls, "http://a.example/0\nhttp://a.example/1\n");
    assert_int_equal(r.bad, 1);
    buf_release(&b);
    buf_release(&all);
}

static void test_warc_bomb(void **state)
{
    (void)state;
    struct buf b, zeros, bomb;
    buf_init(&b, 1 << 24);
    buf_init(&zeros, (size_t)64 << 20);
    buf_init(&bomb, 1 << 24);
    char *block = calloc(1, 1 << 20);
    for (int i = 0; i < 40; i++)
        buf_add(&zeros, (struct slice){block, 1 << 20});
    uLongf room = compressBound(zeros.n);
    char *packed = malloc(room);
    compress2((Bytef *)packed, &room, (const Bytef *)zeros.p, zeros.n, 9);
    buf_add(&bomb, (struct slice){packed, room});
    add_record(&b, 0, "response", OK_HTML "\r\nContent-Encoding: deflate", buf_slice(&bomb), 0);
    struct slice small = {malloc(1 << 20), 0};
    small.n = ZSTD_compress((char *)(uintptr_t)small.p, 1 << 20, zeros.p, zeros.n, 3);
    add_record(&b, 2, "response", OK_HTML "\r\nContent-Encoding: zstd", small, 0);
    free((char *)(uintptr_t)small.p);
    add_record(&b, 1, "response", OK_HTML, html(1), 0);
    struct read r = read_all(put("bomb.warc", buf_slice(&b)), "");
    assert_int_equal(r.bad, 2);
    assert_string_equal(r.urls, "http://a.example/1\n");
    assert_non_null(strstr(r.why, "too large when unpacked"));
    free(block);
    free(packed);
    buf_release(&b);
    buf_release(&zeros);
    buf_release(&bomb);
}

/* From wherever a run stops, another one gives the rest, and at most one page twice. */
static void test_warc_goes_on(void **state)
{
    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        add_records(&b, packed);
        const char *path = put(packed ? "on.warc.gz" : "on.warc", buf_slice(&b));
        for (size_t stop = 1; stop <= 4; stop++) {
            struct read r;
            struct source_place place;
            struct source *s = opened(path, "");
            read_on(s, stop, &r);
            assert_true(source_place(s, &place));
            source_close(s);
            s = opened(path, "");
            assert_true(source_go_on(s, place));
            read_on(s, SIZE_MAX, &r);
            source_close(s);
            assert_in_range(r.pages, 4 - stop, 4 - stop + 1);
            assert_true(stop == 4 || strstr(r.urls, "example/5"));
        }
        buf_release(&b);
    }
}

/* --- MediaWiki -------------------------------------------------------------------------------------------------- */

static const char dump[] =
    "<mediawiki xml:lang=\"en\"><siteinfo><base>https://w.example/wiki/Main_Page</base></siteinfo>\n"
    "<page><title>Blue whale</title><ns>0</ns><revision><timestamp>2020-01-02T03:04:05Z</timestamp><text>The "
    "'''blue whale''' is a [[mammal]].&lt;ref&gt;x&lt;/ref&gt;</text></revision></page>\n"
    "<page><title>BW</title><ns>0</ns><redirect title=\"Blue whale\"/><revision><text>#REDIRECT [[Blue "
    "whale]]</text></revision></page>\n"
    "<page><title>Talk:BW</title><ns>1</ns><revision><text>talk</text></revision></page>\n"
    "<page><title>Ship &amp; sea?</title><ns>0</ns><revision><text>A ship.</text></revision></page>\n</mediawiki>";

static void test_mediawiki(void **state)
{
    (void)state;
    char packed[4096];
    unsigned n = sizeof packed, more;
    /* Two streams, as in the multistream dumps. */
    assert_int_equal(BZ2_bzBuffToBuffCompress(packed, &n, (char *)(uintptr_t)dump, 300, 9, 0, 0), BZ_OK);
    more = (unsigned)sizeof packed - n;
    assert_int_equal(BZ2_bzBuffToBuffCompress(packed + n, &more, (char *)(uintptr_t)dump + 300,
                                              (unsigned)sizeof dump - 1 - 300, 9, 0, 0),
                     BZ_OK);
    struct read r = read_all(put("d.xml.bz2", (struct slice){packed, n + more}), "");
    assert_string_equal(r.why, "");
    assert_string_equal(r.urls, "https://w.example/wiki/Blue_whale\nhttps://w.example/wiki/Ship_%26_sea%3F\n");
    assert_string_equal(r.text, "The blue whale is a mammal.\nA ship.\n");
    r = read_all(put("d.xml", SLICE(dump)), "https://mirror.example/w");
    assert_non_null(strstr(r.urls, "https://mirror.example/w/Blue_whale\n"));

    r = read_all(put("cut.xml.bz2", (struct slice){packed, n + more - 40}), "");
    assert_true(r.failed);
    r = read_all(put("cut.xml", (struct slice){dump, 480}), "");
    assert_true(r.failed);
    assert_int_equal(r.pages, 1);
    r = read_all(put("laughs.xml", SLICE("<!DOCTYPE m [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><mediawiki>"
                                         "<siteinfo><base>https://w/M</base></siteinfo><page><title>T</title><ns>0</ns>"
                                         "<revision><text>x &b;</text></revision></page></mediawiki>")),
                 "");
    assert_null(strstr(r.text, "haha"));
}

/* What libxml2 keeps in memory beside the text ends the import. */
static void test_mediawiki_odd_nodes(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_add(&b, SLICE("<mediawiki><siteinfo><base>https://w/M</base></siteinfo><page><title>T</title><ns>0</"
                      "ns><revision><text>"));
    for (int i = 0; i < 20000; i++)
        buf_add(&b, i % 2 ? SLICE("a b<?x?>") : SLICE("a b<!--x-->"));
    buf_add(&b, SLICE("</text></revision></page></mediawiki>"));
    struct read r = read_all(put("odd.xml", buf_slice(&b)), "");
    assert_true(r.failed);
    assert_int_equal(r.pages, 0);
    assert_non_null(strstr(r.why, "processing instructions"));
    buf_release(&b);
}

static void test_jsonl_is_harmless(void **state)
{
    (void)state;
    struct read r = read_all(
        put("h.jsonl",
            SLICE("{\"url\":\"https://a/1\",\"title\":\"t\",\"text\":\"a\\u001b[31m\\u009bb\\u202ec\\r\\nd\\be\"}\n"
                  "{\"url\":\"javascript:alert(1)\",\"title\":\"t\",\"text\":\"x\"}\n"
                  "{\"url\":\"JaVaScRiPt:alert(1)\",\"title\":\"t\",\"text\":\"x\"}\n"
                  "{\"url\":\"java\\tscript:alert(1)\",\"title\":\"t\",\"text\":\"x\"}\n"
                  "{\"url\":\"\\u0001javascript:alert(1)\",\"title\":\"t\",\"text\":\"x\"}\n"
                  "{\"url\":\"data:text/html,x\",\"title\":\"t\",\"text\":\"x\"}\n"
                  "{\"url\":\"urn:isbn:1\",\"title\":\"t\",\"text\":\"y\"}\n"
                  "{\"url\":\"pages/a:b\",\"title\":\"t\",\"text\":\"z\"}\n")),
        "");
    assert_string_equal(r.text, "a [31m bc\nd e\ny\nz\n");
    assert_int_equal(r.bad, 5);
    struct buf b;
    buf_init(&b, 1 << 21);
    buf_add(&b, SLICE("{\"url\":\"https://a/1\",\"title\":\"t\",\"text\":\"x\",\"more\":["));
    for (int i = 0; i < 300000; i++)
        buf_add(&b, SLICE("{},"));
    buf_add(&b, SLICE("1]}\n"));
    r = read_all(put("nodes.jsonl", buf_slice(&b)), "");
    assert_int_equal(r.bad, 1);
    assert_non_null(strstr(r.why, "more than 200000 values"));
    buf_release(&b);
}

/* An element in many pieces is put together without copying what is there for each. */
static void test_mediawiki_pieces(void **state)
{
    (void)state;
    enum { PIECES = 2000 };
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_add(&b, SLICE("<mediawiki><siteinfo><base>https://w/M</base></siteinfo><page><title>T</title><ns>0</"
                      "ns><revision><text>"));
    for (int i = 0; i < PIECES; i++)
        buf_printf(&b, "<![CDATA[The ship number %d sailed to the harbour. ]]>\n", i);
    buf_add(&b, SLICE("</text></revision></page></mediawiki>"));
    struct source *s = opened(put("pieces.xml", buf_slice(&b)), "");
    struct arena *a = arena_new();
    struct source_page p;
    struct err e;
    assert_int_equal(source_next(s, a, &p, &e), SOURCE_PAGE);
    assert_true(slice_starts(p.text, SLICE("The ship number 0 sailed")) &&
                slice_find(p.text, SLICE("number 1999 ")) < p.text.n);
    assert_true(arena_bytes(a) < 40 * b.n);
    source_close(s);
    arena_free(a);
    buf_release(&b);
}

static void test_wikitext(void **state)
{
    (void)state;
    static const struct {
        const char *markup, *plain;
    } cases[] = {
        {"{{Infobox|a={{b|c}}}}Text<!-- no -->.", "a: c\n\nText."},
        {"It weighs {{convert|150|t}} in {{lang|fr|mer}}.", "It weighs 150 t in mer."},
        {"== Size ==\n* a [[b|c]]\n# d", "## Size\n\n- a c\n1. d"},
        {"{| class=\"x\"\n! Name !! Mass\n|-\n| Blue || style=\"y\" | 150\n|}", "Name | Mass\nBlue | 150"},
        {"[[File:a.jpg|thumb|A [[whale]]]]See [https://x.example here]. [[Category:W]]", "See here."},
        {"a&nbsp;b &#8211; c <b>d</b>", "a b – c d"},
        {"{{never closed and '''bold'''", "never closed and bold"},
        {"x<ref name=a>{{c}}</ref><ref name=a/> y", "x y"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(wikitext_plain(a, slice_of(cases[i].markup), SLICE("en")), cases[i].plain);
    struct buf hostile;
    buf_init(&hostile, 1 << 22);
    for (int i = 0; i < 100000; i++)
        buf_add(&hostile, SLICE("<ref>{{[["));
    wikitext_plain(a, buf_slice(&hostile), SLICE("")); /* in linear time */
    buf_release(&hostile);
    arena_free(a);
}

/* --- folders and lines ------------------------------------------------------------------------------------------ */

static void test_folder(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/site", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/site/sub", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/site/.git", folder);
    mkdir(path, 0700);
    put("site/b.html", html(1));
    put("site/sub/my notes.md", SLICE("# Notes\n\nCoffee is a drink made of beans.\n"));
    put("site/.git/c.html", html(2));
    put("site/picture.png", SLICE("png"));
    put("site/empty.txt", SLICE(" \n"));
    snprintf(path, sizeof path, "%s/site/loop", folder);
    assert_int_equal(symlink("..", path), 0);
    snprintf(path, sizeof path, "%s/site", folder);
    struct read r = read_all(path, "https://x.example/docs");
    assert_string_equal(r.urls, "https://x.example/docs/b.html\nhttps://x.example/docs/sub/my%20notes.md\n");
    assert_string_equal(r.where, "empty.txt\n");
    r = read_all(path, "");
    assert_int_equal(strncmp(r.urls, "file:///tmp/footnote-source-", 28), 0);
}

static void test_jsonl(void **state)
{
    (void)state;
    const char *path = put("a.jsonl", SLICE("{\"url\":\"u1\",\"title\":\"t\",\"text\":\"x\"}\nnonsense\n\n"
                                            "{\"url\":\"u2\",\"title\":\"t\",\"text\":\"y\"}"));
    struct read r = read_all(path, "");
    assert_string_equal(r.urls, "u1\nu2\n");
    assert_string_equal(r.where, "2\n");
    struct source *s = opened(path, "");
    struct source_place place;
    read_on(s, 1, &r);
    assert_true(source_place(s, &place));
    assert_int_equal(place.record, 1);
    source_close(s);
    s = opened(path, "");
    assert_true(source_go_on(s, place));
    read_on(s, SIZE_MAX, &r);
    assert_string_equal(r.urls, "u2\n");
    source_close(s);
    struct err e = {0};
    assert_false(source_open(put("a.zim", SLICE("ZIM")), &(struct source_options){.base = {"", 0}}, &s, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.message, "zimdump"));
}

static void test_interrupted(void **state)
{
    (void)state;
    const char *path = put("i.jsonl", SLICE("{\"url\":\"https://a.example/\",\"title\":\"t\",\"text\":\"one\"}\n"));
    struct source *s = opened(path, "");
    struct read r;
    interruptions = 3;
    read_on(s, SIZE_MAX, &r);
    source_close(s);
    assert_int_equal(interruptions, 0);
    assert_string_equal(r.why, "");
    assert_string_equal(r.urls, "https://a.example/\n");
    /* Who was asked to stop by the signal does not wait for more. */
    static atomic_bool stop;
    struct err e;
    atomic_store(&stop, true);
    assert_true(source_open(path, &(struct source_options){.base = {"", 0}, .format = "jsonl", .stop = &stop}, &s, &e));
    interruptions = 3;
    read_on(s, SIZE_MAX, &r);
    source_close(s);
    assert_int_equal(interruptions, 2);
    interruptions = 0;
    assert_true(r.pages == 0 && !r.failed);
}

static int make(void **state)
{
    (void)state;
    return folder_make(folder, "source");
}

static int end(void **state)
{
    (void)state;
    return folder_drop(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warc),
        cmocka_unit_test(test_warc_broken),
        cmocka_unit_test(test_warc_brotli_and_zstd),
        cmocka_unit_test(test_warc_bomb),
        cmocka_unit_test(test_warc_goes_on),
        cmocka_unit_test(test_mediawiki),
        cmocka_unit_test(test_mediawiki_pieces),
        cmocka_unit_test(test_mediawiki_odd_nodes),
        cmocka_unit_test(test_jsonl_is_harmless),
        cmocka_unit_test(test_wikitext),
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, make, end);
}
