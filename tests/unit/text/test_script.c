/* The borders of the ranges, each from both sides. */
#include "text/script.h"
#include "unit.h"

static void ranges_have_borders(void **state)
{
    static const struct {
        uint32_t code;
        char kind; /* k, h, g, or blank */
    } cases[] = {
        {'a', ' '},     {0x1100, ' '},  {0x3002, ' '},  {0x3005, 'h'}, {0x3006, ' '}, {0x3007, 'h'},  {0x3008, ' '},
        {0x3040, ' '},  {0x3041, 'k'},  {0x309F, 'k'},  {0x30A0, ' '}, {0x30A1, 'k'}, {0x30FA, 'k'},  {0x30FB, ' '},
        {0x30FC, 'k'},  {0x30FF, 'k'},  {0x3100, ' '},  {0x31EF, ' '}, {0x31F0, 'k'}, {0x31FF, 'k'},  {0x33A1, ' '},
        {0x33FF, ' '},  {0x3400, 'h'},  {0x4DBF, 'h'},  {0x4E00, 'h'}, {0x9FFF, 'h'}, {0xA000, ' '},  {0xABFF, ' '},
        {0xAC00, 'g'},  {0xD7A3, 'g'},  {0xD7A4, ' '},  {0xF8FF, ' '}, {0xF900, 'h'}, {0xFAFF, 'h'},  {0xFB00, ' '},
        {0xFF01, ' '},  {0xFF65, ' '},  {0xFF66, 'k'},  {0xFF9F, 'k'}, {0xFFA0, ' '}, {0x1F600, ' '}, {0x1FFFF, ' '},
        {0x20000, 'h'}, {0x323AF, 'h'}, {0x323B0, ' '},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t c = cases[i].code;
        char kind = script_is_kana(c) ? 'k' : script_is_han(c) ? 'h' : script_is_hangul(c) ? 'g' : ' ';
        if (kind != cases[i].kind || script_is_cjk(c) != (kind != ' '))
            fail_msg("U+%04X is '%c', not '%c'", (unsigned)c, kind, cases[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranges_have_borders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
