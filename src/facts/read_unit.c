/* read_unit.c - the table of units and their signs. Their names come from the files of lang/ (LANG_UNITS).
 *
 * The longest name counts. Names of up to three bytes are compared with their case (mW is not MW), longer ones without.
 * "in" and "a" are left out because they are words, "ton" because it is three different masses. */
#include "facts/read_number.h"
#include "base/ascii.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"

enum { USD = 1, EUR, GBP, JPY, CNY, INR, CHF };

static const struct unit units[] = {
    {"mm", DIM_LENGTH, 0.001, 0},
    {"cm", DIM_LENGTH, 0.01, 0},
    {"m", DIM_LENGTH, 1, 0},
    {"km", DIM_LENGTH, 1000, 0},
    {"ft", DIM_LENGTH, 0.3048, 0},
    {"yd", DIM_LENGTH, 0.9144, 0},
    {"mi", DIM_LENGTH, 1609.344, 0},
    {"m2", DIM_AREA, 1, 0},
    {"m\u00B2", DIM_AREA, 1, 0},
    {"sq m", DIM_AREA, 1, 0},
    {"km2", DIM_AREA, 1e6, 0},
    {"km\u00B2", DIM_AREA, 1e6, 0},
    {"sq km", DIM_AREA, 1e6, 0},
    {"ha", DIM_AREA, 1e4, 0},
    {"sq mi", DIM_AREA, 2589988.110336, 0},
    {"sq ft", DIM_AREA, 0.09290304, 0},
    {"ml", DIM_VOLUME, 1e-6, 0},
    {"l", DIM_VOLUME, 0.001, 0},
    {"L", DIM_VOLUME, 0.001, 0},
    {"m3", DIM_VOLUME, 1, 0},
    {"m\u00B3", DIM_VOLUME, 1, 0},
    {"km3", DIM_VOLUME, 1e9, 0},
    {"km\u00B3", DIM_VOLUME, 1e9, 0},
    {"cu mi", DIM_VOLUME, 4168181825.44058, 0},
    {"cu ft", DIM_VOLUME, 0.028316846592, 0},
    {"mg", DIM_MASS, 1e-6, 0},
    {"g", DIM_MASS, 0.001, 0},
    {"kg", DIM_MASS, 1, 0},
    {"t", DIM_MASS, 1000, 0},
    {"lb", DIM_MASS, 0.45359237, 0},
    {"lbs", DIM_MASS, 0.45359237, 0},
    {"oz", DIM_MASS, 0.028349523125, 0},
    {"ms", DIM_TIME, 0.001, 0},
    {"s", DIM_TIME, 1, 0},
    {"min", DIM_TIME, 60, 0},
    {"h", DIM_TIME, 3600, 0},
    {"km/h", DIM_SPEED, 1 / 3.6, 0},
    {"kmh", DIM_SPEED, 1 / 3.6, 0},
    {"kph", DIM_SPEED, 1 / 3.6, 0},
    {"km/s", DIM_SPEED, 1000, 0},
    {"m/s", DIM_SPEED, 1, 0},
    {"mph", DIM_SPEED, 0.44704, 0},
    {"\u00B0C", DIM_TEMPERATURE, 1, 273.15},
    {"\u00B0 C", DIM_TEMPERATURE, 1, 273.15},
    {"\u00B0F", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"\u00B0 F", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"K", DIM_TEMPERATURE, 1, 0},
    {"W", DIM_POWER, 1, 0},
    {"kW", DIM_POWER, 1e3, 0},
    {"MW", DIM_POWER, 1e6, 0},
    {"GW", DIM_POWER, 1e9, 0},
    {"J", DIM_ENERGY, 1, 0},
    {"kJ", DIM_ENERGY, 1e3, 0},
    {"MJ", DIM_ENERGY, 1e6, 0},
    {"kWh", DIM_ENERGY, 3.6e6, 0},
    {"MWh", DIM_ENERGY, 3.6e9, 0},
    {"GWh", DIM_ENERGY, 3.6e12, 0},
    {"TWh", DIM_ENERGY, 3.6e15, 0},
    {"KB", DIM_BYTES, 1e3, 0},
    {"kB", DIM_BYTES, 1e3, 0},
    {"MB", DIM_BYTES, 1e6, 0},
    {"GB", DIM_BYTES, 1e9, 0},
    {"TB", DIM_BYTES, 1e12, 0},
    {"KiB", DIM_BYTES, 1024, 0},
    {"MiB", DIM_BYTES, 1048576, 0},
    {"GiB", DIM_BYTES, 1073741824, 0},
    {"Hz", DIM_FREQUENCY, 1, 0},
    {"kHz", DIM_FREQUENCY, 1e3, 0},
    {"MHz", DIM_FREQUENCY, 1e6, 0},
    {"GHz", DIM_FREQUENCY, 1e9, 0},
    {"%", DIM_PERCENT, 1, 0},
    {"US$", DIM_MONEY, USD, 0},
    {"$", DIM_MONEY, USD, 0},
    {"USD", DIM_MONEY, USD, 0},
    {"\u20AC", DIM_MONEY, EUR, 0},
    {"EUR", DIM_MONEY, EUR, 0},
    {"\u00A3", DIM_MONEY, GBP, 0},
    {"GBP", DIM_MONEY, GBP, 0},
    {"\u00A5", DIM_MONEY, JPY, 0},
    {"JPY", DIM_MONEY, JPY, 0},
    {"CNY", DIM_MONEY, CNY, 0},
    {"\u20B9", DIM_MONEY, INR, 0},
    {"INR", DIM_MONEY, INR, 0},
    {"CHF", DIM_MONEY, CHF, 0},
    /* Units without a sign: only LANG_UNITS names them. */
    {"inch", DIM_LENGTH, 0.0254, 0},
    {"nautical mile", DIM_LENGTH, 1852, 0},
    {"light-year", DIM_LENGTH, 9.4607304725808e15, 0},
    {"acre", DIM_AREA, 4046.8564224, 0},
    {"gallon", DIM_VOLUME, 0.003785411784, 0},
    {"day", DIM_TIME, 86400, 0},
    {"week", DIM_TIME, 604800, 0},
    {"month", DIM_TIME, 2629746, 0},
    {"year", DIM_TIME, 31556952, 0},
    {"knot", DIM_SPEED, 1852.0 / 3600, 0},
    {"horsepower", DIM_POWER, 745.69987158227022, 0},
    {"byte", DIM_BYTES, 1, 0},
};
enum { UNIT_COUNT = COUNT_OF(units), SIGN_COUNT = UNIT_COUNT - 12, CASE_KEPT_BYTES = 3 };

/* A name of letters must end where a word ends. A plural s is part of it. */
static size_t ends_well(struct slice text, size_t n)
{
    if (n > CASE_KEPT_BYTES && n < text.n && text.p[n] == 's')
        n++;
    if (!(ascii_is_letter(text.p[n - 1]) || ascii_is_digit(text.p[n - 1])) && (unsigned char)text.p[n - 1] < 0x80)
        return n;
    bool goes_on = letter_at(text, n) || ascii_is_digit(char_at(text, n)) || char_at(text, n) == '_';
    return goes_on ? 0 : n;
}

static const struct unit *unit_named(struct slice name)
{
    for (size_t i = 0; i < UNIT_COUNT; i++)
        if (slice_is(name, units[i].name))
            return &units[i];
    return NULL;
}

/* The bytes of the unit's name at the start of the text, with a plural s; 0 if it is not there. */
static size_t name_at(struct slice text, struct slice name)
{
    if (!char_may_match(name.p[0], char_at(text, 0)))
        return 0;
    size_t same = name.n > CASE_KEPT_BYTES ? letters_start_nocase(text, name) : slice_starts(text, name) ? name.n : 0;
    return same ? ends_well(text, same) : 0;
}

const struct unit *unit_at(struct slice text, size_t *used)
{
    const struct lang_entries names = lang_entries(lang_any(), LANG_UNITS);
    const struct unit *best = NULL;
    size_t n;
    *used = 0;
    for (size_t i = 0; i < SIGN_COUNT; i++)
        if ((n = name_at(text, slice_of(units[i].name))) > *used) {
            *used = n;
            best = &units[i];
        }
    for (size_t i = 0; i < names.n; i++)
        if ((n = name_at(text, names.at[i].word)) > *used) {
            *used = n;
            best = unit_named(names.at[i].value);
        }
    return best;
}

const struct unit *unit_of_word(struct slice word)
{
    const struct lang_entry *alias = listed(lang_any(), LANG_UNIT_FIELDS, word);
    if (alias)
        return unit_named(alias->value);
    size_t used;
    const struct unit *unit = unit_at(word, &used);
    return used == word.n ? unit : NULL;
}

enum dimension dimension_named(struct slice name)
{
    static const char *const names[] = {
        [DIM_LENGTH] = "length", [DIM_AREA] = "area",   [DIM_VOLUME] = "volume",           [DIM_MASS] = "mass",
        [DIM_TIME] = "time",     [DIM_SPEED] = "speed", [DIM_TEMPERATURE] = "temperature", [DIM_POWER] = "power",
        [DIM_ENERGY] = "energy", [DIM_BYTES] = "bytes", [DIM_FREQUENCY] = "frequency",     [DIM_PERCENT] = "percent",
        [DIM_MONEY] = "money",
    };
    for (size_t i = 1; i < COUNT_OF(names); i++)
        if (slice_is(name, names[i]))
            return (enum dimension)i;
    return DIM_NONE;
}

bool unit_convert(double value, const struct unit *from, const struct unit *to, double *out)
{
    if (from->dimension != to->dimension)
        return false;
    bool same = from->factor == to->factor && from->offset == to->offset;
    if (from->dimension == DIM_MONEY && !same)
        return false;
    if (same) {
        *out = value;
        return true;
    }
    char text[40];
    snprintf(text, sizeof text, "%.6g", (value * from->factor + from->offset - to->offset) / to->factor);
    *out = strtod(text, NULL);
    return isfinite(*out);
}
