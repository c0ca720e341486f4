/* pdftotext as a child: a real PDF, broken ones, and programs that hang, flood, fail or are missing. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/cage.h"
#include "fetch/pdf.h"
#include "fetch/pdf_hyphens.h"

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
        l.timeout_ms = strstr(script, "do :;") ? 700 : 30000;
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
    assert_int_equal(p.why, PAGE_PDF_DAMAGED);
    assert_true(run(a, SLICE(""), NULL, &p, &e));
    assert_int_equal(p.text.n, 0);
    struct slice cut = slice_of(pdf); /* the same page with nothing drawn on it, as a scan has no text */
    char *blank = arena_alloc(a, cut.n + 1);
    memcpy(blank, cut.p, cut.n + 1);
    memset(strstr(blank, "BT /F1"), ' ', strlen("BT /F1 18 Tf 20 100 Td (The lamp was lit in 1871.) Tj ET"));
    assert_true(run(a, (struct slice){blank, cut.n}, NULL, &p, &e));
    assert_int_equal(p.why, PAGE_PDF_PICTURES);
    /* A key that no password of ours makes. */
    struct slice locked = arena_printf(
        a, "%.*strailer<</Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%064d>/U<%064d>>>>>\n",
        (int)(cut.n - strlen("trailer<</Root 1 0 R>>\n")), pdf, 0, 0);
    assert_true(run(a, locked, NULL, &p, &e));
    assert_int_equal(p.why, PAGE_PDF_LOCKED);
    arena_free(a);
}

static void children_are_bounded(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    int64_t begin = clock_ms();
    assert_false(run(a, SLICE("x"), "#!/bin/sh\nwhile :; do :; done\n", &p, &e));
    assert_int_equal(e.code, ERR_DEADLINE);
    assert_false(run(a, SLICE("x"), "#!/bin/sh\nexec >&-\nwhile :; do :; done\n", &p, &e) && p.text.n);
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

/* What pdftotext makes of it, what is at its line ends, and what a reader of the page sees. */
static void hyphens_at_line_ends_stay_where_they_belong(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"the years 19982004 by", "the years 1998-\n2004 by", "the years 1998-2004 by"},
        {"type AB12 of", "type AB-\n12 of", "type AB-12 of"},
        {"the AngloSaxon company", "the Anglo-\nSaxon company", "the Anglo-Saxon company"},
        {"an international firm", "an inter-\nnational firm", "an international firm"},
        {"the INTERNATIONAL FIRM", "the INTER-\nNATIONAL FIRM", "the INTERNATIONAL FIRM"},
        {"a wellknown man", "a well-\nknown man", "a well-known man"},
        {"a selfish man", "a self-\nish man", "a selfish man"},
        {"a selfish man, selfish", "a self-\nish man, selfish", "a selfish man, selfish"},
        {"a seabird and a sea-bird", "a sea-\nbird and a sea-bird", "a sea-bird and a sea-bird"},
        /* 2004 is there as a year too. */
        {"page 2004 in 2004", "page 20-\n04 in 2004", "page 20-04 in 2004"},
        {"up to 9 - 10", "up to 9 -\n 10", "up to 9 - 10"},
        {"no line end", "", "no line end"},
        {"ends-", "ends-", "ends-"},
        {"ends-", "ends-\n", "ends-"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(pdf_hyphens(a, slice_of(cases[i][0]), slice_of(cases[i][1])), cases[i][2]);
    arena_free(a);
}

static void the_second_reading_is_of_the_same_file(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    static const char lines[] = "#!/bin/sh\nif [ \"$6\" = -raw ]; then printf 'from 1998-\\n2004 on'; else printf "
                                "'from 19982004 so\\302\\255\\nft o\\302\\255n'; fi\n";
    assert_true(run(a, SLICE("x"), lines, &p, &e));
    assert_slice(p.text, "from 1998-2004 soft on");
    /* The second one alone fails: its hyphens are lost, the text is not. */
    assert_true(run(a, SLICE("x"), "#!/bin/sh\n[ \"$6\" = -raw ] && exit 1\necho from 19982004\n", &p, &e));
    assert_slice(p.text, "from 19982004");
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

/* As far as the kernel can: it opens no file of the machine, and starts no program. Networks: a shell has none. */
static void children_are_confined(void **state)
{
    struct arena *a = arena_new();
    struct page_text p = {.text = {"", 0}};
    struct err e;
    const struct cage_kernel has = cage_kernel();
    (void)state;
    assert_true(run(a, SLICE("x"),
                    "#!/bin/sh\nread x </etc/hostname && echo read\n"
                    "echo x >/tmp/footnote-pdf-confined && echo written\necho end\nexec /usr/bin/printf started\n",
                    &p, &e));
    assert_true(slice_find(p.text, SLICE("end")) < p.text.n);
    assert_true(slice_find(p.text, SLICE("written")) == p.text.n);
    assert_true(!has.landlock || slice_find(p.text, SLICE("read")) == p.text.n);
    assert_true(!has.seccomp || slice_find(p.text, SLICE("started")) == p.text.n);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdf_gives_its_text),
        cmocka_unit_test(broken_ones_have_no_text),
        cmocka_unit_test(children_are_bounded),
        cmocka_unit_test(children_are_confined),
        cmocka_unit_test(hyphens_at_line_ends_stay_where_they_belong),
        cmocka_unit_test(the_second_reading_is_of_the_same_file),
        cmocka_unit_test(a_missing_program_is_said),
        cmocka_unit_test(a_session_that_is_cancelled_does_not_wait),
    };
    return cmocka_run_group_tests_name("pdf", tests, NULL, NULL);
}
