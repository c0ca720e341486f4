/* DOCX, ODT, EPUB, messages, mailboxes, MHTML and reStructuredText; and what is said of those that cannot be read. */
#include "packed.h"

#include "pages/page.h"

static struct page_text read_as(struct arena *a, struct slice bytes, const char *type, const char *url)
{
    struct page_text out;
    struct err e;
    assert_true(page_extract(a, bytes, slice_of(type), slice_of(url), NULL, &out, &e));
    return out;
}

/* --- packages --------------------------------------------------------------------------------------------------- */

#define W "<w:document xmlns:w='x'><w:body>"
#define W_END "</w:body></w:document>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define ITEM(list, level, text)                                                                                        \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" list "\"/></w:numPr></w:pPr><w:r><w:t>" text \
    "</w:t></w:r></w:p>"
#define CELL(text) "<w:tc><w:tcPr><w:tcW w:w=\"9\"/></w:tcPr>" P(text) "</w:tc>"

static const char word_styles[] =
    "<w:styles><w:style w:styleId=\"berschrift2\"><w:name w:val=\"heading 2\"/></w:style>"
    "<w:style w:styleId=\"Verzeichnis1\"><w:name w:val=\"toc 1\"/></w:style>"
    "<w:style w:styleId=\"Code\"><w:name w:val=\"HTML Preformatted\"/></w:style></w:styles>";
static const char word_numbering[] =
    "<w:numbering><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"3\"/><w:numFmt "
    "w:val=\"decimal\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"lowerLetter\"/></w:lvl>"
    "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";

static struct slice word_file(struct arena *a, const char *document)
{
    const struct packed_part parts[] = {
        {"[Content_Types].xml", "<Types/>", NULL},
        {"word/document.xml", document, NULL},
        {"word/styles.xml", word_styles, NULL},
        {"word/numbering.xml", word_numbering, NULL},
        {"docProps/core.xml",
         "<cp:coreProperties><dc:title>Fees &amp; rules</dc:title><dc:creator>Anna</dc:creator>"
         "<dcterms:modified>2021-03-04T05:06:07Z</dcterms:modified></cp:coreProperties>",
         NULL},
    };
    return packed(a, parts, COUNT_OF(parts));
}

static void word_documents_keep_their_blocks(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {P("Boats &lt; 9 m."), "Boats < 9 m."},
        {"<w:p><w:pPr><w:pStyle w:val=\"berschrift2\"/></w:pPr><w:r><w:t>Fees</w:t></w:r></w:p>" P("Ten euros."),
         "## Fees\n\nTen euros."},
        {"<w:p><w:pPr><w:pStyle w:val=\"Verzeichnis1\"/></w:pPr><w:r><w:t>Fees 3</w:t></w:r></w:p>" P("Ten euros."),
         "Ten euros."},
        {P("By length:") ITEM("1", "0", "short") ITEM("1", "1", "with crane") ITEM("1", "0", "long"),
         "By length:\n\n3. short\n  a. with crane\n4. long"},
        {ITEM("99", "0", "ropes") ITEM("99", "0", "buoys"), "- ropes\n- buoys"},
        {"<w:tbl><w:tr>" CELL("Boat") CELL("Fee") "</w:tr><w:tr>" CELL("Gull") CELL("10") "</w:tr></w:tbl>",
         "Boat | Fee\nGull | 10"},
        {"<w:p><w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>8</w:t></w:r>"
         "<w:r><w:t> m</w:t></w:r></w:p>",
         "10\xE2\x81\xB8 m"},
        {"<w:p><w:r><w:t>The fee is "
         "</w:t></w:r><w:del><w:r><w:delText>11</w:delText></w:r></w:del><w:r><w:rPr><w:strike/>"
         "</w:rPr><w:t>11.5 </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret </w:t></w:r><w:r><w:t>12 euros."
         "</w:t></w:r></w:p>",
         "The fee is 12 euros."},
        {"<w:p><w:pPr><w:pStyle w:val=\"Code\"/></w:pPr><w:r><w:t>if x:</w:t></w:r></w:p><w:p><w:pPr><w:pStyle "
         "w:val=\"Code\"/></w:pPr><w:r><w:t xml:space=\"preserve\">    y()</w:t></w:r></w:p>" P("Done."),
         "```\nif x:\n    y()\n```\n\nDone."},
        {"<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a b\nc"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice document = arena_printf(a, W "%s" W_END, cases[i][0]);
        assert_slice(read_as(a, word_file(a, document.p), "", "").text, cases[i][1]);
    }
    /* Whatever it is called, and with what it says of itself. */
    struct page_text p = read_as(a, word_file(a, W P("Text.") W_END), "text/html", "x.html");
    assert_slice(p.text, "Text.");
    assert_slice(p.title, "Fees & rules");
    assert_slice(p.author, "Anna");
    assert_slice(p.modified, "2021-03-04");
    arena_free(a);
}

static void odt_documents_keep_their_blocks(void **state)
{
    (void)state;
    static const char head[] =
        "<office:document-content><office:automatic-styles>"
        "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:text-position=\"super "
        "58%\"/></style:style>"
        "<style:style style:name=\"T2\" style:family=\"text\"><style:text-properties "
        "style:text-line-through-style=\"solid\"/></style:style>"
        "<text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\"/>"
        "</text:list-style></office:automatic-styles><office:body><office:text>";
    static const char *const cases[][2] = {
        {"<text:h text:outline-level=\"2\">Fees</text:h>\n<text:p>Ten\neuros.</text:p>", "## Fees\n\nTen euros."},
        {"<text:list "
         "text:style-name=\"L1\"><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>"
         "two</text:p></text:list-item></text:list>",
         "1. one\n2. two"},
        {"<table:table><table:table-row><table:table-cell><text:p>Gull</text:p></table:table-cell><table:table-cell/>"
         "<table:table-cell><text:p>10</text:p></table:table-cell></table:table-row></table:table>",
         "Gull |  | 10"},
        {"<text:p>10<text:span text:style-name=\"T1\">8</text:span> m, <text:span "
         "text:style-name=\"T2\">11</text:span>12<text:s text:c=\"2\"/>euros</text:p>",
         "10\xE2\x81\xB8 m, 12 euros"},
        {"<text:p>It is.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Since "
         "1998.</text:p>"
         "</text:note-body></text:note></text:p>",
         "It is. (Since 1998.)"},
        {"<text:table-of-content><text:index-body><text:p>Fees "
         "3</text:p></text:index-body></text:table-of-content><text:p>Ten."
         "</text:p>",
         "Ten."},
        {"<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p "
         "text:style-name=\"Preformatted_20_Text\">a</text:p>\n<text:p "
         "text:style-name=\"Preformatted_20_Text\"><text:s text:c=\"2\"/>b</text:p><text:p>c</text:p>",
         "```\na\n  b\n```\n\nc"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice content =
            arena_printf(a, "%s%s</office:text></office:body></office:document-content>", head, cases[i][0]);
        const struct packed_part parts[] = {{"mimetype", "application/vnd.oasis.opendocument.text", NULL},
                                            {"content.xml", content.p, NULL}};
        assert_slice(read_as(a, packed(a, parts, COUNT_OF(parts)), "", "").text, cases[i][1]);
    }
    arena_free(a);
}

static void books_are_read_in_the_order_of_their_spine(void **state)
{
    (void)state;
    const struct packed_part parts[] = {
        {"mimetype", "application/epub+zip", NULL},
        {"META-INF/container.xml", "<container><rootfiles><rootfile full-path=\"o/b.opf\"/></rootfiles></container>",
         NULL},
        {"o/b.opf",
         "<package><metadata><dc:title>The coast</dc:title><dc:creator>Bo</dc:creator><dc:date>2019-11-18</dc:date>"
         "<dc:language>en</dc:language></metadata><manifest><item id=\"b\" href=\"../t/two.xhtml\" "
         "media-type=\"application/xhtml+xml\"/><item id=\"a\" href=\"o%6Ee.xhtml#x\" "
         "media-type=\"application/xhtml+xml\"/><item id=\"n\" properties=\"nav\" href=\"nav.xhtml\" "
         "media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"n\"/><itemref idref=\"a\"/><itemref "
         "idref=\"b\"/><itemref idref=\"a\"/></spine></package>",
         NULL},
        {"o/one.xhtml", "<html><body><h1>One</h1><p>Gulls.</p></body></html>", NULL},
        {"t/two.xhtml", "<html><body><h1>Two</h1><ul><li>Seals</li></ul></body></html>", NULL},
        {"o/nav.xhtml", "<html><body><p>Contents</p></body></html>", NULL},
    };
    struct arena *a = arena_new();
    struct page_text p = read_as(a, packed(a, parts, COUNT_OF(parts)), "application/octet-stream", "");
    assert_slice(p.text, "# One\n\nGulls.\n\n# Two\n\n- Seals");
    assert_slice(p.title, "The coast");
    assert_slice(p.author, "Bo");
    assert_slice(p.published, "2019-11-18");
    arena_free(a);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct packed_part locked[] = {{"word/document.xml", W P("Text.") W_END, "word"}},
                             sheet[] = {{"xl/workbook.xml", "<workbook/>", NULL}}, other[] = {{"a.txt", "Text.", NULL}},
                             empty[] = {{"word/document.xml", W W_END, NULL}},
                             book[] = {{"META-INF/container.xml", "<rootfile full-path=\"x\"/>", NULL},
                                       {"META-INF/encryption.xml", "<encryption/>", NULL}},
                             odt[] = {{"mimetype", "application/vnd.oasis.opendocument.text", NULL},
                                      {"META-INF/manifest.xml", "<manifest:encryption-data/>", NULL},
                                      {"content.xml", "\x01\x02", NULL}};
    struct slice whole = word_file(a, W P("Text.") W_END);
    const struct {
        struct slice bytes;
        enum page_why why;
    } cases[] = {
        {packed(a, locked, 1), PAGE_PACKAGE_LOCKED},
        {packed(a, odt, 3), PAGE_PACKAGE_LOCKED},
        {packed(a, book, 2), PAGE_PACKAGE_LOCKED},
        {packed(a, sheet, 1), PAGE_SHEETS},
        {packed(a, other, 1), PAGE_NOT_TEXT},
        {packed(a, empty, 1), PAGE_EMPTY},
        {slice_sub(whole, 0, whole.n / 2), PAGE_PACKAGE_DAMAGED},
        {SLICE("{\\rtf1\\ansi Text.}"), PAGE_RTF},
        {SLICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...."), PAGE_OLD_OFFICE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page_text p = read_as(a, cases[i].bytes, "", "");
        assert_slice(p.text, "");
        assert_int_equal(p.why, cases[i].why);
        assert_true(strlen(page_why_says(p.why)) > 10);
    }
    arena_free(a);
}

/* A package that says it is small: what is unpacked is bounded all the same. */
static void a_bomb_is_cut(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    size_t n = 40 << 20;
    char *text = malloc(n + 1);
    assert_non_null(text);
    memset(text, 'a', n);
    memcpy(text, W "<w:p><w:r><w:t>", strlen(W "<w:p><w:r><w:t>"));
    text[n] = '\0';
    const struct packed_part parts[] = {{"word/document.xml", text, NULL}};
    struct slice bytes = packed(a, parts, 1);
    assert_true(bytes.n < 100000);
    struct page_text p = read_as(a, bytes, "", "");
    assert_true(p.cut);
    assert_true(p.text.n <= PAGE_TEXT_BYTES_MAX);
    free(text);
    arena_free(a);
}

/* --- messages --------------------------------------------------------------------------------------------------- */

static const char message[] =
    "Return-Path: <a@x.example>\r\nSubject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?= =?iso-8859-1?B?/GJlcg==?=\r\n of boats\r\n"
    "From: Anna <a@x.example>\r\nDate: Mon, 18 Nov 2019 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed;\r\n boundary=\"=_1\"\r\n\r\nfor old readers\r\n--=_1\r\n"
    "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nAt most 12=A0m l=\r\nong_x.\r\n--in\r\n"
    "Content-Type: text/html\r\n\r\n<p>No.</p>\r\n--in--\r\n\r\n--=_1\r\nContent-Type: application/pdf\r\n"
    "Content-Disposition: attachment; filename*=utf-8''fees%20x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "AAAA\r\n--=_1\r\nContent-Type: message/rfc822\r\n\r\nSubject: Before\r\nFrom: Bo\r\n\r\nHow long?\r\n--=_1--\r\n";

static void messages_are_read(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p = read_as(a, slice_of(message), "", "");
    assert_slice(p.text, "# Gr\xC3\xB6\xC3\x9F"
                         "e\xC3\xBC"
                         "ber of boats\n\nFrom: Anna <a@x.example>\nDate: Mon, 18 Nov 2019 10:00:00 +0000\n\n"
                         "At most 12\xC2\xA0m long_x.\n\nAttached, not read: fees x.pdf\n\n\n### Before\n\nFrom: Bo\n\n"
                         "How long?");
    assert_slice(p.author, "Anna <a@x.example>");
    assert_slice(p.published, "2019-11-18");
    p = read_as(
        a, SLICE("Subject: x\nFrom: y\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+SGk8L3A+"),
        "message/rfc822", "");
    assert_slice(p.text, "# x\n\nFrom: y\n\nHi");
    /* A text that only looks so for a line. */
    p = read_as(a, SLICE("Note: this is no message.\nFrom: here on it is text."), "text/plain", "");
    assert_slice(p.text, "Note: this is no message.\nFrom: here on it is text.");
    arena_free(a);
}

static void mailboxes_are_read_message_by_message(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p = read_as(
        a,
        SLICE("From a Mon Nov 18\nSubject: One\nFrom: a\nMessage-ID: <1>\n\nFirst.\nFrom here on.\n\nFrom the sea "
              "it came\nand went.\n\nFrom b Tue\nSubject: Two\nFrom: b\n\nSecond.\n"),
        "", "");
    assert_slice(p.text, "## One\n\nFrom: a\n\nFirst.\nFrom here on.\n\nFrom the sea it came\nand went.\n\n\n## "
                         "Two\n\nFrom: b\n\nSecond.");
    arena_free(a);
}

static void saved_pages_are_read_as_pages(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p = read_as(
        a,
        SLICE(
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://h.example/fees\r\nSubject: Fees\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\n"
            "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: "
            "https://h.example/fees\r\n\r\n<title>Harbour fees</title><main><p>The harbour asks a fee of 12 euros for "
            "each night that =\r\na boat of up to nine metres stays in it.</p></main>\r\n--b\r\nContent-Type: "
            "text/css\r\n\r\np{}\r\n--b--\r\n"),
        "", "");
    assert_slice(p.text,
                 "The harbour asks a fee of 12 euros for each night that a boat of up to nine metres stays in it.");
    assert_slice(p.title, "Harbour fees");
    assert_slice(p.canonical, "https://h.example/fees");
    arena_free(a);
}

/* --- reStructuredText ------------------------------------------------------------------------------------------- */

static void rst_is_read_as_a_reader_sees_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"=====\nTitle\n=====\n\nText *of* **two**\nlines.\n\nPart\n----\n\nMore.",
         "# Title\n\nText of two\nlines.\n\n## Part\n\nMore."},
        {"A `link <https://x.example>`_, a ref_, ``code_`` and :ref:`the part <part>`; 2 * 3, *so*.",
         "A link, a ref, code_ and the part; 2 * 3, so."},
        {"10\\ :sup:`8` m", "10^8 m"},
        {"See::\n\n    if x:\n        y()\n\nDone.", "See:\n\n```\nif x:\n    y()\n```\n\nDone."},
        {".. code-block:: c\n   :linenos:\n\n   int a;\n\n   int b;\n\n.. comment\n   that nobody sees\n\n.. note:: "
         "Mind "
         "the tide.\n\n.. toctree::\n\n   a\n\nEnd.",
         "```\nint a;\n\nint b;\n```\n\nMind the tide.\n\nEnd."},
        {"* one\n* two\n\n1. a\n#. b", "- one\n- two\n\n1. a\n#. b"},
        {"====  ===\nBoat  Fee\n====  ===\nGull  10\nTern  20\n====  ===\n\nAfter.",
         "Boat | Fee\nGull | 10\nTern | 20\n\nAfter."},
        {"====  ===\n\xC3\x85l\xC3\xB8"
         "s  10\n====  ===\n",
         "\xC3\x85l\xC3\xB8"
         "s | 10"},
        {"+----+----+\n| a  | b  |\n+====+====+\n| 1  | 2  |\n+----+----+", "a | b\n1 | 2"},
        {":Author: Anna\n\n.. _target:\n\nText.", "Author: Anna\n\nText."},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(read_as(a, slice_of(cases[i][0]), "", "x.rst").text, cases[i][1]);
    assert_slice(read_as(a, slice_of(cases[0][0]), "text/x-rst", "").title, "Title");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(word_documents_keep_their_blocks),
        cmocka_unit_test(odt_documents_keep_their_blocks),
        cmocka_unit_test(books_are_read_in_the_order_of_their_spine),
        cmocka_unit_test(what_cannot_be_read_says_why),
        cmocka_unit_test(a_bomb_is_cut),
        cmocka_unit_test(messages_are_read),
        cmocka_unit_test(mailboxes_are_read_message_by_message),
        cmocka_unit_test(saved_pages_are_read_as_pages),
        cmocka_unit_test(rst_is_read_as_a_reader_sees_it),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
