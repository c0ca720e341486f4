/* Labels of encodings, and what bytes say about theirs. */
#include "unit.h"

#include <unicode/ucnv.h>

#include "text/charset.h"

static void labels_are_read_as_browsers_read_them(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes, *want;
    } cases[] = {
        {"text/html; charset=gb2312", "\xE9\x46\xCB\xAE", "镕水"},
        {"text/html; charset=GBK", "\xE9\x46\x81\x30\x81\x30", "镕\xC2\x80"},
        {"text/html; charset=euc-kr", "\x8C\x63\xBC\xB6", "똠섬"},
        {"text/html; charset=ks_c_5601-1987", "\x94\xEE", "뷁"},
        {"text/html; charset=big5", "\x9D\xF6\xA4\x40", "喺一"},
        {"text/html; charset=iso-8859-9", "\x93I\xFE\xFDk\x94", "“Işık”"},
        {"text/html; charset=latin1", "\x84neue\x93 5 \x80", "„neue“ 5 €"},
        {"text/html; charset=\"ISO8859-1\"", "\x84neue\x93", "„neue“"},
        {"text/html; charset=tis-620", "\xCA\xD0", "สะ"},
        {"text/html; charset=x-sjis", "\x87\x40", "①"},
        {"text/html; charset=koi8-ru", "\xA4", "є"},
        {"text/html; charset=logical", "\xE0", "א"},
        {"text/html; charset=x-user-defined", "\x93", "“"},
        {"", "<meta charset=iso-2022-jp>\x1B$BLZ\x1B(B.", "<meta charset=iso-2022-jp>木."},
        {"", "<p>\x1B$BLZ\x1B(B.", "<p>木."},
        {"text/plain; charset=utf-8", "\x1B$BLZ\x1B(B.", "\x1B$BLZ\x1B(B."},
        {"", "<meta charset=utf-16><p>für", "<meta charset=utf-16><p>für"},
        {"", "<script charset=koi8-r></script><meta charset=latin1>\xE9t\xE9",
         "<script charset=koi8-r></script><meta charset=latin1>été"},
        {"", "<!-- <meta charset=koi8-r> --><meta charset=latin1>\xE9t\xE9",
         "<!-- <meta charset=koi8-r> --><meta charset=latin1>été"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(charset_to_utf8(a, slice_of(cases[i].bytes), slice_of(cases[i].type)), cases[i].want);
    arena_free(a);
}

static void utf_16_is_read_by_its_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes;
        size_t n;
        const char *want;
    } cases[] = {
        {"", "\xFF\xFE<\0p\0>\0\x16\x04", 10, "<p>Ж"},
        {"text/html; charset=utf-8", "\xFE\xFF\0<\0p\0>\x04\x16", 10, "<p>Ж"},
        {"", "<\0p\0>\0\x16\x04", 8, "<p>Ж"},
        {"", "\0<\0p\0>\x04\x16", 8, "<p>Ж"},
        {"text/plain; charset=utf-16", "a\0\x16\x04", 4, "aЖ"},
        {"", "a\0b", 3, "ab"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(charset_to_utf8(a, (struct slice){cases[i].bytes, cases[i].n}, slice_of(cases[i].type)),
                     cases[i].want);
    arena_free(a);
}

static void each_encoding_of_the_table_is_known(void **state)
{
    (void)state;
    static const char *const names[] = {
#define ENCODING(icu, labels) icu,
#include "text/charset_labels.def"
#undef ENCODING
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        UErrorCode status = U_ZERO_ERROR;
        UConverter *converter = ucnv_open(names[i], &status);
        assert_true(U_SUCCESS(status));
        ucnv_close(converter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_read_as_browsers_read_them),
        cmocka_unit_test(utf_16_is_read_by_its_bytes),
        cmocka_unit_test(each_encoding_of_the_table_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
