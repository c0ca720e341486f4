#include "cli/files.h"

#include <errno.h>
#include <stdio.h>

#include "base/buf.h"

bool file_read(struct arena *a, const char *path, size_t max_bytes, struct slice *out, struct err *e)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *in = standard ? stdin : fopen(path, "rb");
    if (!in)
        return err_set(e, ERR_IO, "%s cannot be opened: %s.", path, strerror(errno));
    struct buf text;
    char block[16384];
    size_t n;
    buf_init(&text, max_bytes);
    while ((n = fread(block, 1, sizeof block, in)) > 0 && buf_add(&text, (struct slice){block, n}))
        ;
    bool ok = true;
    if (ferror(in))
        ok = err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    else if (text.over)
        ok = err_set(e, ERR_TOO_LARGE, "%s has more than %zu bytes.", path, max_bytes);
    else
        *out = arena_dup(a, buf_slice(&text));
    buf_release(&text);
    if (!standard)
        fclose(in);
    return ok;
}
