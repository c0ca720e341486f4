/* Whose request it is: settings that are refused, networks, and lists read from their end. */
#include "http/proxy.h"

#include <arpa/inet.h>

#include "http/exchange_inner.h"
#include "unit.h"

static struct watch_address address(const char *text)
{
    struct watch_address a = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};
    if (inet_pton(AF_INET, text, a.bytes + 12) != 1)
        assert_int_equal(inet_pton(AF_INET6, text, a.bytes), 1);
    return a;
}

static void settings_are_read(void **unused)
{
    static const struct {
        const char *list, *header;
        int n; /* -1: refused */
    } cases[] = {
        {"", "X-Forwarded-For", 0},
        {"127.0.0.1, ::1,10.0.0.0/8 , fd00::/8", "x-forwarded-for", 4},
        {"0.0.0.0/0", "Forwarded", 1},
        {"10.0.0.0/33", "Forwarded", -1},
        {"10.0.0.0/", "Forwarded", -1},
        {"10.0.0.0/-1", "Forwarded", -1},
        {"10.0.0.0/99999999999999999999", "Forwarded", -1},
        {"::1/129", "Forwarded", -1},
        {"10.0.0", "Forwarded", -1},
        {"a.example", "Forwarded", -1},
        {"10.0.0.1", "Via", -1},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct proxies p;
        struct err e;
        bool ok = proxies_read(&p, cases[i].list, cases[i].header, &e);
        if (ok != (cases[i].n >= 0) || (ok && p.n != (size_t)cases[i].n))
            fail_msg("'%s'", cases[i].list);
    }
}

static void networks_are_held_to_their_bits(void **unused)
{
    static const struct {
        const char *list, *from, *client;
    } cases[] = {
        {"10.0.0.0/8", "10.255.0.1", "203.0.113.9"},
        {"10.0.0.0/8", "11.0.0.1", "11.0.0.1"},
        {"10.0.0.0/9", "10.127.0.1", "203.0.113.9"},
        {"10.0.0.0/9", "10.128.0.1", "10.128.0.1"},
        {"fd00::/8", "fd12::1", "203.0.113.9"},
        {"fd00::/8", "fe12::1", "fe12::1"},
        {"192.0.2.7", "192.0.2.7", "203.0.113.9"},
        {"192.0.2.7", "192.0.2.8", "192.0.2.8"},
        {"::ffff:192.0.2.7", "192.0.2.7", "203.0.113.9"},
        {"0.0.0.0/0", "fe12::1", "fe12::1"},
        {"::/0", "192.0.2.7", "203.0.113.9"},
    };
    struct header header = {SLICE("x-forwarded-for"), SLICE("203.0.113.9")};
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct exchange x = {.headers = &header, .header_count = 1};
        struct proxies p;
        struct err e;
        assert_true(proxies_read(&p, cases[i].list, "X-Forwarded-For", &e));
        struct watch_address from = address(cases[i].from), client = address(cases[i].client);
        struct watch_address got = proxies_client(&p, &x, from);
        /* A network that has every address also has the client's own: the list then ends. */
        if (memcmp(got.bytes, client.bytes, sizeof got.bytes) != 0)
            fail_msg("%s, %s", cases[i].list, cases[i].from);
    }
}

static void lists_in_several_headers_are_one(void **unused)
{
    struct header headers[] = {{SLICE("X-Forwarded-For"), SLICE("198.51.100.1")},
                               {SLICE("Accept"), SLICE("*")},
                               {SLICE("x-forwarded-for"), SLICE("203.0.113.9, 10.0.0.2")}};
    struct exchange x = {.headers = headers, .header_count = 3};
    struct proxies p;
    struct err e;
    (void)unused;
    assert_true(proxies_read(&p, "10.0.0.0/8", "X-Forwarded-For", &e));
    struct watch_address client = address("203.0.113.9"), first = address("198.51.100.1");
    struct watch_address got = proxies_client(&p, &x, address("10.0.0.1"));
    assert_memory_equal(got.bytes, client.bytes, sizeof got.bytes);
    headers[2].value = SLICE("10.0.0.3, 10.0.0.2");
    got = proxies_client(&p, &x, address("10.0.0.1"));
    assert_memory_equal(got.bytes, first.bytes, sizeof got.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(networks_are_held_to_their_bits),
        cmocka_unit_test(lists_in_several_headers_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
