#include "unit.h"

#include "tasks/sign.h"

/* The example of the Standard Webhooks specification. */
static const char SECRET[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ID[] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                  BODY[] = "{\"test\": 2432232314}", WANTED[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
enum { TIME = 1614265330 };

static struct slice sign(struct arena *a, const char *secrets)
{
    struct signer *s = NULL;
    struct err e;
    assert_true(signer_new(slice_of(secrets), &s, &e));
    struct slice out = signer_sign(s, slice_of(ID), TIME, slice_of(BODY), a);
    signer_free(s);
    return out;
}

static void the_specification_has_it_so(void **unused)
{
    (void)unused;
    struct arena *a = arena_new();
    assert_slice(sign(a, SECRET), WANTED);
    assert_slice(sign(a, ""), "");
    /* By Python's hmac. */
    assert_slice(sign(a, "plain-secret"), "v1,3Iu+JbC8cHey9rJURLZfxQoX30vMfLebm9Kn1ePn6f4=");
    arena_free(a);
}

static void two_secrets_sign_side_by_side(void **unused)
{
    (void)unused;
    struct arena *a = arena_new();
    struct slice both = sign(a, " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\tother ");
    size_t n = strlen(WANTED);
    assert_true(slice_starts(both, slice_of(WANTED)));
    assert_int_equal(both.p[n], ' ');
    assert_slice(slice_sub(both, n + 1, both.n - n - 1), sign(a, "other").p);
    arena_free(a);
}

static void long_keys_are_hashed_first(void **unused)
{
    (void)unused;
    struct arena *a = arena_new();
    char key[201];
    memset(key, 'k', 200);
    key[200] = '\0';
    assert_slice(sign(a, key), "v1,eX1FYGN9pl7H7lOQUkkSAyXyHzPbNBYmLrkpKyd236E=");
    arena_free(a);
}

static void nonsense_is_refused_without_being_shown(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"whsec_", "whsec_???", "a b c d e"};
    struct signer *s = NULL;
    struct err e;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(signer_new(slice_of(bad[i]), &s, &e));
        assert_int_equal(e.code, ERR_USAGE);
        assert_null(strstr(e.message, "???"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_specification_has_it_so),
        cmocka_unit_test(two_secrets_sign_side_by_side),
        cmocka_unit_test(long_keys_are_hashed_first),
        cmocka_unit_test(nonsense_is_refused_without_being_shown),
    };
    return cmocka_run_group_tests_name("tasks/sign", tests, NULL, NULL);
}
