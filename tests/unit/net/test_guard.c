/* The guard against the table of cases: as a URL, and as the address that a socket would connect to. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "net/guard.h"
#include "net/table.h"

struct world {
    struct arena *arena;
    struct guard *guard;
    struct slice allow, ports;
    unsigned wrong, decided;
};

static void set_guard(struct world *w)
{
    struct err e;
    guard_free(w->guard);
    w->guard = NULL;
    if (!guard_new(w->allow, w->ports, &w->guard, &e))
        fail_msg("%s", e.message);
}

static struct guard_verdict judge_url(struct world *w, struct slice text)
{
    struct url u;
    struct guard_verdict v = {0};
    if (!url_parse(w->arena, table_unescape(w->arena, text), &u, &v.reason))
        return v;
    return guard_url(w->guard, &u);
}

static struct guard_verdict judge_socket(struct world *w, struct slice *row, bool named)
{
    struct slice address = arena_dup(w->arena, table_word(row)), port = arena_dup(w->arena, table_word(row));
    struct sockaddr_storage at = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
    uint16_t number = htons((uint16_t)strtoul(port.p, NULL, 10));
    if (inet_pton(AF_INET, address.p, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = number;
    } else {
        assert_int_equal(inet_pton(AF_INET6, address.p, &v6->sin6_addr), 1);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = number;
    }
    return guard_address(w->guard, (struct sockaddr *)&at, named);
}

static void on_row(void *ud, unsigned line, struct slice row)
{
    struct world *w = ud;
    struct slice whole = row, verb = table_word(&row);
    if (slice_is(verb, "allow") || slice_is(verb, "ports")) {
        *(slice_is(verb, "allow") ? &w->allow : &w->ports) = arena_dup(w->arena, row);
        set_guard(w);
        return;
    }
    if (slice_is(verb, "badlist")) {
        struct guard *g = NULL;
        struct err e;
        if (guard_new(row, SLICE("80"), &g, &e) || e.code != ERR_USAGE ||
            !strstr(e.message, arena_dup(w->arena, row).p)) {
            print_error("guard.txt:%u: %.*s was taken\n", line, SLICE_ARGS(row));
            w->wrong++;
        }
        guard_free(g);
        return;
    }
    size_t eq = slice_find(row, SLICE(" = "));
    struct slice reason = eq < row.n ? slice_sub(row, eq + 3, row.n - eq - 3) : SLICE("");
    row.n = eq;
    struct guard_verdict v;
    bool want = slice_is(verb, "yes");
    if (slice_is(verb, "at") || slice_is(verb, "named")) {
        v = judge_socket(w, &row, slice_is(verb, "named"));
        want = slice_is(row, "yes");
    } else {
        v = judge_url(w, row);
    }
    w->decided++;
    if (v.ok != want || !v.reason || slice_find(slice_of(v.reason), reason) + reason.n > strlen(v.reason)) {
        print_error("guard.txt:%u: %.*s: got %s: %s\n", line, SLICE_ARGS(whole), v.ok ? "yes" : "no", v.reason);
        w->wrong++;
    }
}

static void decides_as_the_table_says(void **state)
{
    (void)state;
    struct world w = {.arena = arena_new(), .ports = SLICE("80 443")};
    table_read("tests/unit/net/guard.txt", on_row, &w);
    guard_free(w.guard);
    arena_free(w.arena);
    assert_true(w.decided >= 120);
    assert_int_equal(w.wrong, 0);
}

/* What is at the edge of a range belongs to it; one further does not. Checked for each first octet. */
static void no_private_address_slips_through(void **state)
{
    (void)state;
    struct guard *g = NULL;
    struct err e;
    assert_true(guard_new(SLICE(""), SLICE("80"), &g, &e));
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(80)};
    unsigned refused = 0;
    for (uint32_t top = 0; top < 65536; top++) {
        at.sin_addr.s_addr = htonl(top << 16 | 0x0101);
        bool ok = guard_address(g, (struct sockaddr *)&at, false).ok;
        unsigned a = top >> 8, b = top & 255;
        bool special = a == 0 || a == 10 || a == 127 || a >= 224 || (a == 100 && b >= 64 && b < 128) ||
                       (a == 169 && b == 254) || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
                       (a == 198 && (b == 18 || b == 19));
        assert_int_equal(ok, !special);
        refused += special;
    }
    assert_true(refused > 8000);
    guard_free(g);
}

static void other_families_are_refused(void **state)
{
    (void)state;
    struct guard *g = NULL;
    struct err e;
    assert_true(guard_new(SLICE("0.0.0.0/0"), SLICE("80"), &g, &e));
    struct sockaddr at = {.sa_family = AF_UNIX};
    assert_false(guard_address(g, &at, true).ok);
    guard_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(decides_as_the_table_says),
                                       cmocka_unit_test(no_private_address_slips_through),
                                       cmocka_unit_test(other_families_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
