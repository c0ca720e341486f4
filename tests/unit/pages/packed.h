/* packed.h - packages made in memory, for tests of what reads them. */
#ifndef PACKED_H
#define PACKED_H

#include <stdlib.h>
#include <zip.h>

#include "base/arena.h"
#include "unit.h"

struct packed_part {
    const char *name, *text;
    const char *password; /* NULL: none */
};

/* In the arena. */
static inline struct slice packed(struct arena *a, const struct packed_part *parts, size_t count)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    zip_stat_t about;
    assert_non_null(zip);
    zip_source_keep(source);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *one = zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0);
        zip_int64_t at = zip_file_add(zip, parts[i].name, one, 0);
        assert_true(at >= 0);
        if (parts[i].password)
            assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)at, ZIP_EM_AES_256, parts[i].password), 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_stat(source, &about), 0);
    char *bytes = arena_alloc(a, about.size + 1);
    assert_int_equal(zip_source_read(source, bytes, about.size), about.size);
    zip_source_close(source);
    zip_source_free(source);
    return (struct slice){bytes, about.size};
}

#endif
