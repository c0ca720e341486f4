/* pdftotext as a child: a real PDF, broken ones, and programs that hang, flood, fail or are missing. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "fetch/pdf.h"

/* One page with one line of text; its table of contents is missing, which readers rebuild. */
static const char pdf[] =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 58>>stream\nBT /F1 18 Tf 20 100 Td (The lamp was lit in 1871.) Tj ET    \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n";

static bool run(struct arena *a, struct slice bytes, const char *script, struct page_text *out, struct err *e)
{
    struct pdf_limits l = pdf_limits_default;
    char path[] = "/tmp/footnote-pdf-XXXXXX";
    if (script) {
        int fd = mkstemp(path);
        assert_true(fd >= 0 && write(fd, script, strlen(script)) == (ssize_t)strlen(script));
        assert_int_equal(fchmod(fd, 0700), 0);
        close(fd);
        l.program = path;
        l.timeout_ms = strstr(script, "sleep") ? 700 : 30000;
        l.output_bytes = 100000;
    }
    bool ok = pdf_extract(a, bytes, &l, NULL, out, e);
    if (script)
        unlink(path);
    return ok;
}

static void a_pdf_gives_its_text(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e = {.code = ERR_OK};
    if (!run(a, slice_of(pdf), NULL, &p, &e))
        fail_msg("%s", e.message);
    assert_slice(p.text, "The lamp was lit in 1871.");
    assert_int_equal(p.why, PAGE_READ);
    arena_free(a);
}

static void broken_ones_have_no_text(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    assert_true(run(a, SLICE("%PDF-1.4\nnothing"), NULL, &p, &e));
    assert_int_equal(p.why, PAGE_EMPTY);
    assert_true(run(a, SLICE(""), NULL, &p, &e));
    assert_int_equal(p.text.n, 0);
    arena_free(a);
}

static void children_are_bounded(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    int64_t begin = clock_ms();
    assert_false(run(a, SLICE("x"), "#!/bin/sh\nsleep 60\n", &p, &e));
    assert_int_equal(e.code, ERR_DEADLINE);
    assert_false(run(a, SLICE("x"), "#!/bin/sh\nexec >&-\nsleep 60\n", &p, &e) && p.text.n);
    assert_true(clock_ms() - begin < 30000);
    assert_true(run(a, SLICE("x"), "#!/bin/sh\nwhile :; do echo flood; done\n", &p, &e));
    assert_true(p.cut && p.text.n <= 100000 && p.text.n > 90000);
    assert_true(run(a, SLICE("in"),
                    "#!/bin/sh\nread x; echo \"$x $# $HOME.\"; echo junk >/tmp/footnote-pdf-test-file\n", &p, &e));
    assert_slice(p.text, "in 5 .");
    struct stat made;
    assert_true(stat("/tmp/footnote-pdf-test-file", &made) != 0 || made.st_size == 0);
    unlink("/tmp/footnote-pdf-test-file");
    assert_true(run(a, SLICE("x"), "#!/bin/sh\nprintf 'a\\377b\\fsplit-\\nword\\f'\n", &p, &e));
    assert_true(slice_ends(p.text, SLICE("b\n\nsplitword")));
    assert_int_equal(utf8_check(p.text), p.text.n);
    arena_free(a);
}

static void a_missing_program_is_said(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct pdf_limits l = pdf_limits_default;
    struct page_text p;
    struct err e;
    l.program = "/nowhere/pdftotext";
    assert_false(pdf_extract(a, SLICE("x"), &l, NULL, &p, &e));
    assert_int_equal(e.code, ERR_UNAVAILABLE);
    arena_free(a);
}

static void a_session_that_is_cancelled_does_not_wait(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    atomic_bool cancelled = true;
    struct deadline d = {.at_ms = clock_ms() + 60000, .cancelled = &cancelled};
    struct page_text p;
    struct err e;
    assert_false(pdf_extract(a, slice_of(pdf), NULL, &d, &p, &e));
    assert_int_equal(e.code, ERR_CANCELLED);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdf_gives_its_text),
        cmocka_unit_test(broken_ones_have_no_text),
        cmocka_unit_test(children_are_bounded),
        cmocka_unit_test(a_missing_program_is_said),
        cmocka_unit_test(a_session_that_is_cancelled_does_not_wait),
    };
    return cmocka_run_group_tests_name("pdf", tests, NULL, NULL);
}
