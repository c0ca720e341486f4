#include "encode/wheel.h"

#include <zip.h>

enum { WHEEL_FILE_BYTES_MAX = 256 * 1024 * 1024 };

/* Reads the entry to its end, where libzip compares its checksum. */
static bool wheel_take(zip_t *zip, zip_uint64_t entry, struct buf *out)
{
    char step[64 * 1024];
    zip_int64_t n = 0;
    zip_file_t *file = zip_fopen_index(zip, entry, 0);
    while (file && !out->over && (n = zip_fread(file, step, sizeof step)) > 0)
        (void)buf_add(out, (struct slice){step, (size_t)n});
    if (file)
        zip_fclose(file);
    return file && n == 0 && !out->over;
}

bool wheel_read(struct slice wheel, struct slice ending, struct buf *out, struct err *e)
{
    bool ok = false;
    zip_source_t *source = zip_source_buffer_create(wheel.p, wheel.n, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
    if (source && !zip)
        zip_source_free(source);
    buf_init(out, WHEEL_FILE_BYTES_MAX);
    for (zip_int64_t i = 0; zip && i < zip_get_num_entries(zip, 0); i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        if (!name || !slice_ends(slice_of(name), ending))
            continue;
        ok = wheel_take(zip, (zip_uint64_t)i, out);
        break;
    }
    if (zip)
        zip_discard(zip);
    return ok || err_set(e, ERR_CORRUPT, "The wheel has no readable file *%.*s.", SLICE_ARGS(ending));
}
