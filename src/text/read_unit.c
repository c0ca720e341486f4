/* Units: one table, searched by the longest name. Names of up to three bytes keep their case (mW is not MW), longer
 * ones do not. Left out on purpose: "in" and "a" (they are words), "ton" (three different masses). */
#include "text/read_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/read_chars.h"

enum { USD = 1, EUR, GBP, JPY, CNY, INR, CHF };

static const struct unit units[] = {
    {"mm", DIM_LENGTH, 0.001, 0},
    {"millimetre", DIM_LENGTH, 0.001, 0},
    {"millimeter", DIM_LENGTH, 0.001, 0},
    {"cm", DIM_LENGTH, 0.01, 0},
    {"centimetre", DIM_LENGTH, 0.01, 0},
    {"centimeter", DIM_LENGTH, 0.01, 0},
    {"m", DIM_LENGTH, 1, 0},
    {"metre", DIM_LENGTH, 1, 0},
    {"meter", DIM_LENGTH, 1, 0},
    {"metro", DIM_LENGTH, 1, 0},
    {"mètre", DIM_LENGTH, 1, 0},
    {"метров", DIM_LENGTH, 1, 0},
    {"м", DIM_LENGTH, 1, 0},
    {"米", DIM_LENGTH, 1, 0},
    {"km", DIM_LENGTH, 1000, 0},
    {"kilometre", DIM_LENGTH, 1000, 0},
    {"kilometer", DIM_LENGTH, 1000, 0},
    {"kilómetro", DIM_LENGTH, 1000, 0},
    {"kilomètre", DIM_LENGTH, 1000, 0},
    {"км", DIM_LENGTH, 1000, 0},
    {"公里", DIM_LENGTH, 1000, 0},
    {"inch", DIM_LENGTH, 0.0254, 0},
    {"inches", DIM_LENGTH, 0.0254, 0},
    {"ft", DIM_LENGTH, 0.3048, 0},
    {"foot", DIM_LENGTH, 0.3048, 0},
    {"feet", DIM_LENGTH, 0.3048, 0},
    {"yd", DIM_LENGTH, 0.9144, 0},
    {"yard", DIM_LENGTH, 0.9144, 0},
    {"mi", DIM_LENGTH, 1609.344, 0},
    {"mile", DIM_LENGTH, 1609.344, 0},
    {"nautical mile", DIM_LENGTH, 1852, 0},
    {"light-year", DIM_LENGTH, 9.4607304725808e15, 0},
    {"light year", DIM_LENGTH, 9.4607304725808e15, 0},
    {"m2", DIM_AREA, 1, 0},
    {"m²", DIM_AREA, 1, 0},
    {"sq m", DIM_AREA, 1, 0},
    {"square metre", DIM_AREA, 1, 0},
    {"square meter", DIM_AREA, 1, 0},
    {"km2", DIM_AREA, 1e6, 0},
    {"km²", DIM_AREA, 1e6, 0},
    {"sq km", DIM_AREA, 1e6, 0},
    {"square kilometre", DIM_AREA, 1e6, 0},
    {"square kilometer", DIM_AREA, 1e6, 0},
    {"quadratkilometer", DIM_AREA, 1e6, 0},
    {"kilómetros cuadrados", DIM_AREA, 1e6, 0},
    {"ha", DIM_AREA, 1e4, 0},
    {"hectare", DIM_AREA, 1e4, 0},
    {"acre", DIM_AREA, 4046.8564224, 0},
    {"sq mi", DIM_AREA, 2589988.110336, 0},
    {"square mile", DIM_AREA, 2589988.110336, 0},
    {"sq ft", DIM_AREA, 0.09290304, 0},
    {"square feet", DIM_AREA, 0.09290304, 0},
    {"square foot", DIM_AREA, 0.09290304, 0},
    {"ml", DIM_VOLUME, 1e-6, 0},
    {"millilitre", DIM_VOLUME, 1e-6, 0},
    {"milliliter", DIM_VOLUME, 1e-6, 0},
    {"l", DIM_VOLUME, 0.001, 0},
    {"L", DIM_VOLUME, 0.001, 0},
    {"litre", DIM_VOLUME, 0.001, 0},
    {"liter", DIM_VOLUME, 0.001, 0},
    {"m3", DIM_VOLUME, 1, 0},
    {"m³", DIM_VOLUME, 1, 0},
    {"cubic metre", DIM_VOLUME, 1, 0},
    {"cubic meter", DIM_VOLUME, 1, 0},
    {"km3", DIM_VOLUME, 1e9, 0},
    {"km³", DIM_VOLUME, 1e9, 0},
    {"cubic kilometre", DIM_VOLUME, 1e9, 0},
    {"cubic kilometer", DIM_VOLUME, 1e9, 0},
    {"gallon", DIM_VOLUME, 0.003785411784, 0},
    {"mg", DIM_MASS, 1e-6, 0},
    {"milligram", DIM_MASS, 1e-6, 0},
    {"g", DIM_MASS, 0.001, 0},
    {"gram", DIM_MASS, 0.001, 0},
    {"kg", DIM_MASS, 1, 0},
    {"kilogram", DIM_MASS, 1, 0},
    {"kilo", DIM_MASS, 1, 0},
    {"кг", DIM_MASS, 1, 0},
    {"公斤", DIM_MASS, 1, 0},
    {"t", DIM_MASS, 1000, 0},
    {"tonne", DIM_MASS, 1000, 0},
    {"metric ton", DIM_MASS, 1000, 0},
    {"lb", DIM_MASS, 0.45359237, 0},
    {"lbs", DIM_MASS, 0.45359237, 0},
    {"pound", DIM_MASS, 0.45359237, 0},
    {"oz", DIM_MASS, 0.028349523125, 0},
    {"ounce", DIM_MASS, 0.028349523125, 0},
    {"ms", DIM_TIME, 0.001, 0},
    {"millisecond", DIM_TIME, 0.001, 0},
    {"s", DIM_TIME, 1, 0},
    {"sec", DIM_TIME, 1, 0},
    {"second", DIM_TIME, 1, 0},
    {"min", DIM_TIME, 60, 0},
    {"minute", DIM_TIME, 60, 0},
    {"h", DIM_TIME, 3600, 0},
    {"hour", DIM_TIME, 3600, 0},
    {"day", DIM_TIME, 86400, 0},
    {"week", DIM_TIME, 604800, 0},
    {"month", DIM_TIME, 2629746, 0},
    {"year", DIM_TIME, 31556952, 0},
    {"km/h", DIM_SPEED, 1 / 3.6, 0},
    {"kmh", DIM_SPEED, 1 / 3.6, 0},
    {"kph", DIM_SPEED, 1 / 3.6, 0},
    {"kilometres per hour", DIM_SPEED, 1 / 3.6, 0},
    {"kilometers per hour", DIM_SPEED, 1 / 3.6, 0},
    {"km/s", DIM_SPEED, 1000, 0},
    {"m/s", DIM_SPEED, 1, 0},
    {"metres per second", DIM_SPEED, 1, 0},
    {"meters per second", DIM_SPEED, 1, 0},
    {"mph", DIM_SPEED, 0.44704, 0},
    {"miles per hour", DIM_SPEED, 0.44704, 0},
    {"knot", DIM_SPEED, 1852.0 / 3600, 0},
    {"°C", DIM_TEMPERATURE, 1, 273.15},
    {"° C", DIM_TEMPERATURE, 1, 273.15},
    {"degrees celsius", DIM_TEMPERATURE, 1, 273.15},
    {"degree celsius", DIM_TEMPERATURE, 1, 273.15},
    {"celsius", DIM_TEMPERATURE, 1, 273.15},
    {"°F", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"° F", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"degrees fahrenheit", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"fahrenheit", DIM_TEMPERATURE, 5.0 / 9, 273.15 - 32 * 5.0 / 9},
    {"K", DIM_TEMPERATURE, 1, 0},
    {"kelvin", DIM_TEMPERATURE, 1, 0},
    {"W", DIM_POWER, 1, 0},
    {"watt", DIM_POWER, 1, 0},
    {"kW", DIM_POWER, 1e3, 0},
    {"kilowatt", DIM_POWER, 1e3, 0},
    {"MW", DIM_POWER, 1e6, 0},
    {"megawatt", DIM_POWER, 1e6, 0},
    {"GW", DIM_POWER, 1e9, 0},
    {"gigawatt", DIM_POWER, 1e9, 0},
    {"horsepower", DIM_POWER, 745.69987158227022, 0},
    {"J", DIM_ENERGY, 1, 0},
    {"joule", DIM_ENERGY, 1, 0},
    {"kJ", DIM_ENERGY, 1e3, 0},
    {"MJ", DIM_ENERGY, 1e6, 0},
    {"kWh", DIM_ENERGY, 3.6e6, 0},
    {"MWh", DIM_ENERGY, 3.6e9, 0},
    {"GWh", DIM_ENERGY, 3.6e12, 0},
    {"TWh", DIM_ENERGY, 3.6e15, 0},
    {"byte", DIM_BYTES, 1, 0},
    {"KB", DIM_BYTES, 1e3, 0},
    {"kB", DIM_BYTES, 1e3, 0},
    {"kilobyte", DIM_BYTES, 1e3, 0},
    {"MB", DIM_BYTES, 1e6, 0},
    {"megabyte", DIM_BYTES, 1e6, 0},
    {"GB", DIM_BYTES, 1e9, 0},
    {"gigabyte", DIM_BYTES, 1e9, 0},
    {"TB", DIM_BYTES, 1e12, 0},
    {"terabyte", DIM_BYTES, 1e12, 0},
    {"KiB", DIM_BYTES, 1024, 0},
    {"MiB", DIM_BYTES, 1048576, 0},
    {"GiB", DIM_BYTES, 1073741824, 0},
    {"Hz", DIM_FREQUENCY, 1, 0},
    {"hertz", DIM_FREQUENCY, 1, 0},
    {"kHz", DIM_FREQUENCY, 1e3, 0},
    {"MHz", DIM_FREQUENCY, 1e6, 0},
    {"GHz", DIM_FREQUENCY, 1e9, 0},
    {"%", DIM_PERCENT, 1, 0},
    {"percent", DIM_PERCENT, 1, 0},
    {"per cent", DIM_PERCENT, 1, 0},
    {"prozent", DIM_PERCENT, 1, 0},
    {"pour cent", DIM_PERCENT, 1, 0},
    {"por ciento", DIM_PERCENT, 1, 0},
    {"por cento", DIM_PERCENT, 1, 0},
    {"per cento", DIM_PERCENT, 1, 0},
    {"процент", DIM_PERCENT, 1, 0},
    {"процентов", DIM_PERCENT, 1, 0},
    {"US$", DIM_MONEY, USD, 0},
    {"$", DIM_MONEY, USD, 0},
    {"USD", DIM_MONEY, USD, 0},
    {"US dollar", DIM_MONEY, USD, 0},
    {"dollar", DIM_MONEY, USD, 0},
    {"€", DIM_MONEY, EUR, 0},
    {"EUR", DIM_MONEY, EUR, 0},
    {"euro", DIM_MONEY, EUR, 0},
    {"£", DIM_MONEY, GBP, 0},
    {"GBP", DIM_MONEY, GBP, 0},
    {"¥", DIM_MONEY, JPY, 0},
    {"JPY", DIM_MONEY, JPY, 0},
    {"yen", DIM_MONEY, JPY, 0},
    {"CNY", DIM_MONEY, CNY, 0},
    {"yuan", DIM_MONEY, CNY, 0},
    {"₹", DIM_MONEY, INR, 0},
    {"INR", DIM_MONEY, INR, 0},
    {"rupee", DIM_MONEY, INR, 0},
    {"CHF", DIM_MONEY, CHF, 0},
};
enum { UNIT_COUNT = sizeof units / sizeof units[0], CASE_KEPT_BYTES = 3 };

/* A name of letters must end where a word ends; a plural s belongs to it. */
static size_t ends_well(struct slice text, size_t n)
{
    if (n > CASE_KEPT_BYTES && n < text.n && text.p[n] == 's')
        n++;
    if (!(char_is_ascii_letter(text.p[n - 1]) || char_is_digit(text.p[n - 1])) && (unsigned char)text.p[n - 1] < 0x80)
        return n;
    bool goes_on = n < text.n && ((char_is_ascii_letter(text.p[n]) || char_is_digit(text.p[n])) || text.p[n] == '_');
    /* A letter outside of ASCII, but not the general punctuation and CJK that may follow a unit at once. */
    goes_on = goes_on || (n < text.n && (unsigned char)text.p[n] >= 0xC3 && (unsigned char)text.p[n] < 0xE2);
    return goes_on ? 0 : n;
}

const struct unit *unit_at(struct slice text, size_t *used)
{
    const struct unit *best = NULL;
    *used = 0;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (!char_may_match(*units[i].name, char_at(text, 0)))
            continue;
        struct slice name = slice_of(units[i].name);
        if (name.n > text.n)
            continue;
        struct slice head = slice_sub(text, 0, name.n);
        bool same = name.n <= CASE_KEPT_BYTES ? slice_eq(head, name) : slice_eq_nocase(head, name);
        size_t n = same ? ends_well(text, name.n) : 0;
        if (n > *used) {
            *used = n;
            best = &units[i];
        }
    }
    return best;
}

const struct unit *unit_of_word(struct slice word)
{
    static const struct {
        const char *word, *unit;
    } names[] = {{"pct", "%"},     {"percentage", "%"}, {"in", "inch"},  {"c", "°C"},       {"f", "°F"},
                 {"mw", "MW"},     {"kw", "kW"},        {"gw", "GW"},    {"usd", "$"},      {"eur", "€"},
                 {"gbp", "£"},     {"jpy", "¥"},        {"gb", "GB"},    {"mb", "MB"},      {"kb", "KB"},
                 {"tb", "TB"},     {"sqkm", "km2"},     {"kwh", "kWh"},  {"hz", "Hz"},      {"ghz", "GHz"},
                 {"mhz", "MHz"},   {"secs", "s"},       {"mins", "min"}, {"hrs", "h"},      {"k", "K"},
                 {"grams", "g"},   {"sqmi", "sq mi"},   {"lb", "lb"},    {"hours", "hour"}, {"euros", "€"},
                 {"dollars", "$"}, {"miles", "mile"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_eq_nocase(word, slice_of(names[i].word)))
            word = slice_of(names[i].unit);
    size_t used;
    const struct unit *unit = unit_at(word, &used);
    return used == word.n ? unit : NULL;
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
