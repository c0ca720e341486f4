/* main.c - finds the command, loads the settings it takes, runs it. */
#include <signal.h>
#include <sys/stat.h>

#include "cli/log_access.h"
#include "cli/commands.h"
#include "session/tiers.h"

static int run_index(int argc, char **argv, const struct config *config)
{
    return index_cmd(argc, argv, config);
}

static int run_key(int argc, char **argv, const struct config *config)
{
    return key_cmd(argc, argv, config->data);
}

static int run_usage(int argc, char **argv, const struct config *config)
{
    return usage_cmd(argc, argv, config->data);
}

static int run_backup(int argc, char **argv, const struct config *config)
{
    return backup_cmd(argc, argv, config->data);
}

static int run_restore(int argc, char **argv, const struct config *config)
{
    return restore_cmd(argc, argv, config->data);
}

static int run_interactions(int argc, char **argv, const struct config *config)
{
    return interactions_cmd(argc, argv, config->data);
}

static int run_schema(int argc, char **argv, const struct config *config)
{
    (void)config;
    return schema_cmd(argc, argv);
}

static const struct command {
    const char *name, *summary;
    unsigned settings;
    int (*run)(int argc, char **argv, const struct config *config);
} commands[] = {
    {"serve", "answer questions over HTTP, as OpenAI's Chat Completions do",
     CONFIG_SERVE | CONFIG_ANSWER | CONFIG_ENCODER | CONFIG_WEB | CONFIG_SEARCH | CONFIG_LLM, serve_cmd},
    {"ask", "answer one question in the terminal, without a server",
     CONFIG_ASK | CONFIG_ANSWER | CONFIG_ENCODER | CONFIG_WEB | CONFIG_SEARCH | CONFIG_LLM, ask_cmd},
    {"mcp", "serve agents over the Model Context Protocol, on standard input and output",
     CONFIG_ASK | CONFIG_ANSWER | CONFIG_ENCODER | CONFIG_WEB | CONFIG_SEARCH | CONFIG_LLM, mcp_cmd},
    {"eval", "measure answers on questions with known ones; calibrate",
     CONFIG_ANSWER | CONFIG_ENCODER | CONFIG_WEB | CONFIG_SEARCH | CONFIG_LLM, eval_cmd},
    {"index", "add, crawl, search, encode, count and remove pages", CONFIG_WEB | CONFIG_ENCODER, run_index},
    {"extract", "print the readable text of a page or a file", CONFIG_WEB, extract_cmd},
    {"search", "ask the search services, to try them", CONFIG_SEARCH, search_cmd},
    {"llm", "say which language model is used, and try it", CONFIG_LLM | CONFIG_WEB, llm_cmd},
    {"encoder", "install and try the sentence encoder", CONFIG_ENCODER, encoder_cmd},
    {"doctor", "check what may have been set up wrong",
     CONFIG_SERVE | CONFIG_ANSWER | CONFIG_ENCODER | CONFIG_WEB | CONFIG_SEARCH | CONFIG_LLM, doctor_cmd},
    {"key", "create, change, list and revoke API keys", 0, run_key},
    {"backup", "copy keys, usage, conversations and pages into one file", 0, run_backup},
    {"restore", "put back what a backup has", 0, run_restore},
    {"usage", "say what each key used on each day", 0, run_usage},
    {"interactions", "list and remove conversations that are kept", 0, run_interactions},
    {"schema", "say whether a JSON Schema is supported, and data valid", 0, run_schema},
    {"fetch", "read pages of the web as for a question", CONFIG_WEB, fetch_cmd},
    {"guard", "say whether URLs may be contacted", CONFIG_WEB, guard_cmd},
    {"robots", "say whether a robots.txt allows a URL", 0, robots_cmd},
};
static const size_t command_count = COUNT_OF(commands);

static void main_help(FILE *out)
{
    fputs("footnote " FOOTNOTE_VERSION " - answers from web pages and your own, with checked citations\n\n"
          "usage: footnote COMMAND [OPTIONS]\n\ncommands:\n",
          out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].summary);
    fputs("\nfor every command:\n", out);
    config_help(CONFIG_ALL, out);
    fputs("  --help                     this, or the help of a command\n"
          "  --version                  the version\n\n"
          "Each setting can also be given as FOOTNOTE_NAME in the environment or as 'name = value' in the ini file;\n"
          "a flag is stronger than the environment, and that is stronger than the file.\n\n"
          "to begin:\n"
          "  footnote index add FOLDER          your HTML, text, PDF, DOCX ... files; also JSON lines, WARC, wiki "
          "dumps\n"
          "  footnote index crawl URL           a web site\n"
          "  footnote ask \"a question\"\n"
          "  footnote key create me && footnote serve\n",
          out);
}

static int main_fail(const struct err *e)
{
    fprintf(stderr, "footnote: %s\n", e->message);
    return 2;
}

/* The models' table is changed once, before anything runs. */
static bool change_budgets(const struct config *c, struct err *e)
{
    return tier_change(SLICE("speed"), slice_of(c->budget_speed), e) &&
           tier_change(SLICE("lite"), slice_of(c->budget_lite), e) &&
           tier_change(SLICE("base"), slice_of(c->budget_base), e) &&
           tier_change(SLICE("core"), slice_of(c->budget_core), e);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        main_help(stdout);
        return 0;
    }
    if (strcmp(name, "--version") == 0) {
        puts("footnote " FOOTNOTE_VERSION);
        return 0;
    }
    const struct command *command = NULL;
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(name, commands[i].name) == 0)
            command = &commands[i];
    if (!command) {
        if (name[0])
            fprintf(stderr, "footnote: there is no command '%s'\n\n", name);
        main_help(stderr);
        return 2;
    }
    umask(umask(0) | S_IRWXO); /* nothing that is made is for every user of the machine */
    signal(SIGPIPE, SIG_IGN);  /* a reader that left shows as a failed write */
    struct arena *arena = arena_new();
    struct config config;
    struct err e;
    int rest = argc - 1, status;
    if (!config_load(arena, &rest, argv + 1, command->settings, &config, &e) || !change_budgets(&config, &e)) {
        status = command->run == doctor_cmd ? doctor_without_settings(rest, argv + 1, &e) : main_fail(&e);
    } else if (!log_access_set(&config, &e)) {
        status = main_fail(&e);
    } else {
        status = command->run(rest, argv + 1, &config);
    }
    arena_free(arena);
    return status;
}
