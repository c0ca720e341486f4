#include "cli/encoder_access.h"

#include <stdlib.h>

#include "cli/fill_vectors.h"

/* The packed file of `auto`; empty when there is no home folder. */
static const char *encoder_default_file(struct arena *a)
{
    static const char name[] = "footnote/encoder-all-MiniLM-L6-v2.1";
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/')
        return arena_printf(a, "%s/%s", cache, name).p;
    return home && home[0] == '/' ? arena_printf(a, "%s/.cache/%s", home, name).p : "";
}

const char *encoder_file(struct arena *a, const struct config *c)
{
    if (strcmp(c->encoder, "none") == 0)
        return NULL;
    return strcmp(c->encoder, "auto") == 0 ? encoder_default_file(a) : c->encoder;
}

bool encoder_access_open(const struct config *c, struct encoder_access *out, struct err *e)
{
    struct arena *a = arena_new();
    const char *file = encoder_file(a, c);
    *out = (struct encoder_access){.encoder = NULL};
    bool ok = !file || encoder_open(file, &out->encoder, e);
    bool absent = !ok && e->code == ERR_NOT_FOUND && strcmp(c->encoder, "auto") == 0;
    if (out->encoder) {
        const char *folder = fill_folder(a, arena_printf(a, "%s/index", c->data).p);
        out->kept = kept_open(folder, encoder_model(out->encoder));
        out->passages = kept_open(fill_passages_folder(a, folder), encoder_model(out->encoder));
        out->meaning = meaning_new(out->encoder, out->kept, out->passages);
    }
    arena_free(a);
    return ok || absent;
}

void encoder_access_close(struct encoder_access *x)
{
    meaning_free(x->meaning);
    kept_close(x->passages);
    kept_close(x->kept);
    encoder_close(x->encoder);
    *x = (struct encoder_access){.encoder = NULL};
}
