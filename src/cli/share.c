/* share.c - finds shared files by the place of the binary, so that nothing has to be configured and a moved tree still
 * works. The current folder is never searched: it may belong to somebody else. */
#include "cli/share.h"

#include <unistd.h>

static const char *binary_folder(struct arena *a)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n > 1 && (size_t)n < sizeof path ? arena_dup(a, (struct slice){path, (size_t)n - 1}).p : NULL;
}

const char *const *share_provider_folders(struct arena *a, const struct config *c)
{
    static const char *const places[] = {"../share/footnote/providers", "../share/providers", "../../share/providers"};
    const char **out = arena_array(a, const char *, 3), *beside = binary_folder(a);
    size_t n = 0;
    if (c->share[0])
        out[n++] = arena_printf(a, "%s/providers", c->share).p;
    for (size_t i = 0; n == 0 && beside && i < COUNT_OF(places); i++) {
        const char *folder = arena_printf(a, "%s/%s", beside, places[i]).p;
        if (access(folder, R_OK) == 0)
            out[n++] = folder;
    }
    out[n++] = arena_printf(a, "%s/providers", c->data).p;
    return out;
}
