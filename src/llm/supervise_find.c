/* supervise_find.c - see supervise_find.h. */
#include "llm/supervise_find.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"

/* GGUF's first bytes (ggml/docs/gguf.md): magic, then its version as a little-endian number. Version 1 is no longer
 * read. */
enum { GGUF_HEAD_BYTES = 24, GGUF_LEAST_VERSION = 2, GGUF_MOST_VERSION = 99 };

static bool local_runnable(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

static const char *in_path(struct arena *a, const char *name)
{
    struct slice rest = slice_of(getenv("PATH"));
    while (rest.n > 0) {
        struct slice folder = slice_sub(rest, 0, slice_find(rest, SLICE(":")));
        size_t used = folder.n < rest.n ? folder.n + 1 : folder.n;
        rest = slice_sub(rest, used, rest.n - used);
        const char *path = arena_printf(a, "%.*s/%s", SLICE_ARGS(folder), name).p;
        if (folder.n && folder.p[0] == '/' && local_runnable(path))
            return path;
    }
    return NULL;
}

static const char *in_cache(struct arena *a)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/')
        return arena_printf(a, "%s/footnote/llm/llama-server", cache).p;
    return home && home[0] == '/' ? arena_printf(a, "%s/.cache/footnote/llm/llama-server", home).p : "";
}

bool local_server_find(struct arena *a, const char *setting, const char **path, struct err *e)
{
    *path = "";
    if (setting && strchr(setting, '/')) {
        char *whole = realpath(setting, NULL);
        bool ok = whole && local_runnable(whole);
        if (ok)
            *path = arena_dup(a, slice_of(whole)).p;
        free(whole);
        return ok || err_set(e, ERR_USAGE, "llama_server: %s is no program that can be run.", setting);
    }
    if (setting && setting[0]) {
        const char *named = in_path(a, setting);
        if (!named)
            return err_set(e, ERR_USAGE, "llama_server: there is no '%s' in PATH.", setting);
        *path = named;
        return true;
    }
    const char *cached = in_cache(a), *found = in_path(a, "llama-server");
    if (!found && local_runnable(cached))
        found = cached;
    if (!found)
        return err_set(e, ERR_USAGE,
                       "There is no llama-server in PATH and none at %s; install llama.cpp, build it with "
                       "'make llm', or set llama_server to its path.",
                       cached);
    *path = found;
    return true;
}

bool local_file_check(const char *path, uint64_t *bytes, struct err *e)
{
    unsigned char head[GGUF_HEAD_BYTES];
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us */
    if (fd < 0)
        return err_set(e, ERR_USAGE, "model_file: %s cannot be read: %s.", path, strerror(errno));
    bool file = fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
    ssize_t n = file ? again_read(fd, head, sizeof head) : 0;
    close(fd);
    if (!file)
        return err_set(e, ERR_USAGE, "model_file: %s is no file.", path);
    uint32_t version =
        n == GGUF_HEAD_BYTES ? head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24 : 0;
    if (n != GGUF_HEAD_BYTES || memcmp(head, "GGUF", 4) != 0)
        return err_set(e, ERR_USAGE, "model_file: %s is no GGUF file; llama-server reads no other format.", path);
    if (version < GGUF_LEAST_VERSION || version > GGUF_MOST_VERSION)
        return err_set(e, ERR_USAGE, "model_file: %s is a GGUF file of version %u, which llama-server does not read.",
                       path, version);
    *bytes = (uint64_t)s.st_size;
    return true;
}
