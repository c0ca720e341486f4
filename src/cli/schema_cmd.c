/* schema_cmd.c - footnote schema: says what a client would be told about a schema, without a server.
 *
 * The verdict goes to standard output, the reason to standard error, and the exit status tells the three outcomes
 * apart for scripts. The limits are those of the layer itself, not those of the wire: a schema that is accepted here
 * may still be too long or nested too deeply for a request. */
#include <errno.h>
#include <getopt.h>

#include "cli/commands.h"
#include "shape/shape.h"

enum { EXIT_FITS = 0, EXIT_MISFIT = 1, EXIT_UNSUPPORTED = 2 };

static const size_t MAX_FILE_BYTES = 64u << 20;

static const char usage[] = "Usage: footnote schema [OPTIONS] SCHEMA.json [DATA.json]\n"
                            "\n"
                            "Says whether footnote supports a JSON Schema (2020-12) for structured output, and\n"
                            "whether DATA.json is valid against it. '-' reads standard input.\n"
                            "\n"
                            "  --assert-format  check \"format\" as well (otherwise an annotation, as in 2020-12)\n"
                            "  --data DIR       accepted like in every command, and not used\n"
                            "  --help           this text\n"
                            "\n"
                            "Exit status: 0 supported (and valid), 1 invalid or a file cannot be read,\n"
                            "2 not supported (the keyword and its place are on standard error).\n";

static bool read_all(FILE *file, struct buf *out)
{
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (!buf_add(out, (struct slice){chunk, n}))
            return false;
    return !ferror(file);
}

static bool read_json(struct arena *a, const char *path, const struct value **out, struct err *e)
{
    struct buf text;
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file)
        return err_set(e, ERR_IO, "%s", strerror(errno));
    buf_init(&text, MAX_FILE_BYTES);
    errno = 0;
    bool ok = read_all(file, &text);
    if (!ok)
        err_set(e, ERR_IO, "%s", text.over ? "the file is larger than 64 MiB" : strerror(errno));
    if (!is_stdin)
        fclose(file);
    ok = ok && value_parse(a, buf_slice(&text), out, NULL, e);
    buf_release(&text);
    return ok;
}

static int schema_complain(const char *verdict, const char *path, const struct err *e, int status)
{
    if (verdict)
        puts(verdict);
    fflush(stdout);
    fprintf(stderr, "footnote schema: %s: %s%s%s\n", path, e->param, *e->param ? ": " : "", e->message);
    return status;
}

static int schema_judge(struct arena *a, const char *schema_path, const char *value_path, bool assert_formats)
{
    const struct value *schema, *v;
    const struct shape *shape;
    struct err e;
    if (!read_json(a, schema_path, &schema, &e))
        return schema_complain(NULL, schema_path, &e, EXIT_MISFIT);
    if (!shape_parse(a, schema, "", 0, &shape, &e))
        return schema_complain("schema: not supported", schema_path, &e, EXIT_UNSUPPORTED);
    puts("schema: supported");
    if (!value_path)
        return EXIT_FITS;
    if (!read_json(a, value_path, &v, &e))
        return schema_complain(NULL, value_path, &e, EXIT_MISFIT);
    if (!shape_check(shape, v, assert_formats, &e))
        return schema_complain("data: invalid", value_path, &e, EXIT_MISFIT);
    puts("data: valid");
    return EXIT_FITS;
}

int schema_cmd(int argc, char **argv)
{
    static const struct option options[] = {{"assert-format", no_argument, NULL, 'f'},
                                            {"data", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    bool assert_formats = false;
    optind = 0; /* another command of this process may have used getopt before */
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FITS;
        }
        if (c == '?') {
            fputs(usage, stderr);
            return EXIT_MISFIT;
        }
        assert_formats |= c == 'f';
    }
    int files = argc - optind;
    if (files < 1 || files > 2 || (files == 2 && !strcmp(argv[optind], "-") && !strcmp(argv[optind + 1], "-"))) {
        fputs(usage, stderr);
        return EXIT_MISFIT;
    }
    struct arena *a = arena_new();
    int status = schema_judge(a, argv[optind], files == 2 ? argv[optind + 1] : NULL, assert_formats);
    arena_free(a);
    return status;
}
