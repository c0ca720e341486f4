/* llm_cmd.c - footnote llm check: what language model there is and whether it answers, so that settings can be tried
 * without a question around them. */
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/model_access.h"
#include "cli/local.h"
#include "cli/options.h"
#include "cli/terminal.h"

enum { CHECK_MS = 180 * 1000, CHECK_TOKENS = 256, SHOWN_BYTES = 200 };

static const char usage[] =
    "usage: footnote llm check [OPTIONS]\n\n"
    "Says which language model is used and what was found out about it, and asks it for a word: URL, kind of\n"
    "server, model, context, tokenizer, how structured output is got, time to the first token. Keys are not shown.\n"
    "Exit status: 0 it works, 1 there is none or it does not, 2 not understood.\n";

static void llm_cmd_line(const char *name, struct slice value)
{
    printf("%-12s ", name);
    terminal_put(value);
    putchar('\n');
}

static void print_facts(struct arena *a, const struct llm_facts *f)
{
    llm_cmd_line("url", slice_sub(f->url, 0, slice_find(f->url, SLICE("?")))); /* some put keys behind it */
    llm_cmd_line("kind", slice_of(llm_kind_name(f->kind)));
    llm_cmd_line("model", f->model.n ? f->model : SLICE("(not known)"));
    llm_cmd_line("context", arena_printf(a, "%u tokens%s", f->context_tokens,
                                         f->context_known ? "" : ", a guess: set llm_context"));
    llm_cmd_line("tokenizer", f->tokenizer ? SLICE("of the server") : SLICE("none, counts are estimates"));
}

static bool llm_cmd_complete(struct arena *a, struct llm *l, const struct deadline *d)
{
    struct llm_message m = {SLICE("user"), SLICE("Reply with the word: ready")};
    struct llm_request r = {.messages = &m, .message_count = 1, .max_tokens = CHECK_TOKENS};
    struct llm_reply reply;
    bool ok = llm_chat(l, a, &r, d, &reply);
    if (!ok) {
        llm_cmd_line("reply", arena_printf(a, "%s: %s", llm_outcome_name(reply.outcome), reply.reason));
        return false;
    }
    struct slice shown = utf8_cut(reply.text, SHOWN_BYTES);
    llm_cmd_line("first token", arena_printf(a, "%u ms", reply.first_token_ms));
    llm_cmd_line("whole reply", arena_printf(a, "%u ms, %u + %u tokens%s", reply.ms, reply.prompt_tokens,
                                             reply.completion_tokens, reply.tokens_known ? "" : " (estimated)"));
    llm_cmd_line("reply", arena_printf(a, "%.*s%s", SLICE_ARGS(shown), shown.n < reply.text.n ? "..." : ""));
    if (reply.reasoning.n)
        llm_cmd_line("reasoning", SLICE("kept apart from the reply"));
    return true;
}

static bool llm_cmd_check(struct llm *l)
{
    struct arena *a = arena_new();
    struct deadline d = {clock_ms() + CHECK_MS, NULL};
    struct llm_facts f;
    enum llm_outcome outcome;
    const char *reason;
    bool ok = llm_probe(l, a, &d, &f, &outcome, &reason);
    print_facts(a, &f);
    fflush(stdout);
    if (!ok)
        llm_cmd_line("failed", arena_printf(a, "%s: %s", llm_outcome_name(outcome), reason));
    ok = ok && llm_cmd_complete(a, l, &d);
    fflush(stdout);
    if (ok)
        llm_cmd_line("structured", slice_of(llm_form_name(llm_form(l, a, &d))));
    arena_free(a);
    return ok;
}

/* The model file of the settings, started for the check. -1: there is none, else the exit status. */
static int check_local(const struct config *config)
{
    struct deadline d = {clock_ms() + CHECK_MS, NULL};
    struct local_model *local;
    struct local_report r;
    struct llm *writer;
    struct err e;
    if (!local_open(config, &local, &e)) {
        fprintf(stderr, "footnote llm: %s\n", e.message);
        return 2;
    }
    if (!local)
        return -1;
    bool ok = false;
    if (!local_model_ready(local, &d)) {
        local_model_state(local, &r);
        llm_cmd_line("failed", slice_of(local_state_sentence(r.state)));
        llm_cmd_line("last end", slice_of(r.last_end));
    } else if (local_llm(config, local, &writer, &e)) {
        ok = llm_cmd_check(writer);
        llm_close(writer);
    } else {
        fprintf(stderr, "footnote llm: %s\n", e.message);
    }
    local_model_stop(local);
    return ok && fflush(stdout) == 0 ? 0 : 1;
}

int llm_cmd(int argc, char **argv, const struct config *config)
{
    if (options_ask_for_help(argc, argv)) {
        fputs(usage, stdout);
        putchar('\n');
        config_help(CONFIG_LLM, stdout);
        config_help(CONFIG_ALL, stdout);
        return 0;
    }
    if (argc != 2 || strcmp(argv[1], "check") != 0) {
        fputs(usage, stderr);
        return 2;
    }
    struct llm *writer, *small;
    struct err e;
    int status = check_local(config);
    if (status >= 0)
        return status;
    if (!model_access_open(config, &writer, &small, &e)) {
        fprintf(stderr, "footnote llm: %s\n", e.message);
        return 2;
    }
    if (!writer) {
        puts(strcmp(config->llm, "auto") == 0
                 ? "No language model answers on this machine; set llm to a URL to use one."
                 : "No language model is used (llm = none).");
        return 1;
    }
    bool ok = llm_cmd_check(writer);
    if (small) {
        puts("\nsmall model");
        ok &= llm_cmd_check(small);
    }
    llm_close(small);
    llm_close(writer);
    return ok && fflush(stdout) == 0 ? 0 : 1;
}
