/* lanes.h - sixteen numbers at a time, for the loops between the products. Private to encode/.
 *
 * GCC's vectors become whatever registers the processor has. A function marked LANES is compiled for three generations
 * of x86, and the C library chooses when the program starts. THREADS: pure. */
#ifndef ENCODE_LANES_H
#define ENCODE_LANES_H

#include <stddef.h>
#include <stdint.h>

enum { LANE_COUNT = 16 };

typedef float lanes __attribute__((vector_size(4 * LANE_COUNT), aligned(4), may_alias));
typedef int32_t int_lanes __attribute__((vector_size(4 * LANE_COUNT), aligned(4), may_alias));
typedef uint8_t byte_lanes __attribute__((vector_size(LANE_COUNT), aligned(1), may_alias));
typedef int8_t cell_lanes __attribute__((vector_size(LANE_COUNT), aligned(1), may_alias));

/* Sanitizers are not ready yet when the C library chooses, and clang has no such attribute. */
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&   \
    !defined(ARENA_MALLOC)
#define LANES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LANES
#endif
#define LANES_INLINE static inline __attribute__((always_inline, unused))

/* Vectors are passed by pointer: by value they would be passed otherwise by each generation. */
LANES_INLINE float lanes_sum(const lanes *v)
{
    float sum[LANE_COUNT];
    __builtin_memcpy(sum, v, sizeof sum);
    for (size_t half = LANE_COUNT / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            sum[i] += sum[i + half];
    return sum[0];
}

/* *v = e to the power of *v, for numbers up to 0; less than -87 counts as -87. Relative error 2e-7: 2^n times a
 * polynomial of the rest, fitted by Remez' method on [-1/2, 1/2]. */
LANES_INLINE void lanes_exp(lanes *v)
{
    const float log2_e = 1.44269504088896341F, least = -87, round = 12582912; /* 1.5 * 2^23: adding it rounds */
    lanes x = *v;
    int_lanes tiny = x < least;
    x = (lanes)(((int_lanes)x & ~tiny) | ((int_lanes)((lanes){0} + least) & tiny));
    x *= log2_e;
    lanes whole = (x + round) - round, rest = x - whole;
    lanes power = rest * 1.8775767e-3F + 8.9893397e-3F;
    power = power * rest + 5.5826318e-2F;
    power = power * rest + 2.4015361e-1F;
    power = power * rest + 6.9315308e-1F;
    power = power * rest + 9.9999994e-1F;
    *v = (lanes)((int_lanes)power + (__builtin_convertvector(whole, int_lanes) << 23));
}

/* *v = x times the share of a normal distribution that is below x (GELU). The error function is formula 7.1.26 of
 * Abramowitz and Stegun, whose error is below 1.5e-7. */
LANES_INLINE void lanes_gelu(lanes *v)
{
    const float half_root = 0.70710678118654752F;
    lanes x = *v;
    lanes z = (lanes)((int_lanes)(x * half_root) & 0x7FFFFFFF);
    lanes t = 1.0F / (1.0F + 0.3275911F * z);
    lanes tail = -z * z;
    lanes_exp(&tail);
    lanes sum = t * 1.061405429F - 1.453152027F;
    sum = sum * t + 1.421413741F;
    sum = sum * t - 0.284496736F;
    sum = sum * t + 0.254829592F;
    lanes erf = 1.0F - sum * t * tail; /* of |x|; its sign is that of x */
    erf = (lanes)((int_lanes)erf | ((int_lanes)x & (int32_t)0x80000000));
    *v = x * 0.5F * (1.0F + erf);
}

#endif
