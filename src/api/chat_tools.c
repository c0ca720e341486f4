/* chat_tools.c - tools and tool_choice, and functions and function_call before them → the call that the reply makes.
 *
 * footnote calls no tools on its own: with a choice of auto or none the answer is a text. But a client that forces a
 * call, as agents and libraries for structured output do, takes nothing else, and many ask again and again when they
 * get a text. So the parameters of the forced tool are the form of the answer, and the reply has it as arguments. */
#include "api/chat_inner.h"
#include "base/ascii.h"
#include "session/closest.h"

struct chat_tool {
    struct slice name, description;
    const struct value *parameters; /* NULL: none */
    const char *path;               /* of the parameters */
};

struct tool_list {
    struct chat_tool *at;
    size_t n;
};

/* Of a tool that describes none: it takes nothing. */
static const struct value_member no_members[] = {
    {{"type", 4}, {.kind = VALUE_STRING, .string = {"object", 6}}},
    {{"additionalProperties", 20}, {.kind = VALUE_BOOL, .boolean = false}},
};
static const struct value no_parameters = {.kind = VALUE_OBJECT, .object = {no_members, COUNT_OF(no_members)}};

static bool read_tool(const struct fields *function, struct chat_tool *tool, struct err *e)
{
    *tool = (struct chat_tool){.path = fields_path(function, "parameters")};
    if (!fields_string(function, "name", &tool->name, e) ||
        !fields_string(function, "description", &tool->description, e))
        return false;
    if (!tool->name.n)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(function, "name"), "'%s' is required.",
                             fields_path(function, "name"));
    tool->parameters = fields_get(function, "parameters");
    return true;
}

/* Each of the list is {"type": "function", "function": {...}}, or the function itself where bare. Tools of other types
 * have no parameters that could be filled, and are left out. */
static bool read_tools(const struct fields *body, const char *name, bool bare, struct tool_list *out, struct err *e)
{
    const struct value *list = fields_get(body, name);
    if (list->kind != VALUE_ARRAY)
        return fields_wrong(body, name, "an array of tools", e);
    if (list->array.n > CHAT_TOOLS_MOST)
        return fields_wrong(body, name, arena_printf(body->arena, "an array of at most %d tools", CHAT_TOOLS_MOST).p,
                            e);
    out->at = arena_array(body->arena, struct chat_tool, list->array.n);
    for (size_t i = 0; i < list->array.n; i++) {
        struct fields f = {body->arena, &list->array.at[i], arena_printf(body->arena, "%s[%zu]", name, i).p}, function;
        struct slice type = SLICE("function");
        bool found = true;
        if (f.object->kind != VALUE_OBJECT)
            return err_set_param(e, ERR_BAD_VALUE, f.path, "'%s' must be an object.", f.path);
        function = f;
        if (!bare && (!fields_string(&f, "type", &type, e) || !fields_object(&f, "function", &function, &found, e)))
            return false;
        if (!slice_is(type, "function"))
            continue;
        if (!bare && !found)
            function = f; /* as the Responses API has it */
        if (!read_tool(&function, &out->at[out->n], e))
            return false;
        out->n++;
    }
    return true;
}

/* "get_weather" and "getWeather" have two words. */
static struct slice name_words(struct arena *a, struct slice name)
{
    char *out = arena_alloc(a, 2 * name.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (i && ascii_is_upper(c) && ascii_is_lower(name.p[i - 1]))
            out[n++] = ' ';
        out[n++] = c == '_' || c == '-' || c == '.' ? ' ' : c;
    }
    return (struct slice){out, n};
}

static struct slice last_asked(const struct question *q)
{
    for (size_t i = q->turn_count; i-- > 0;)
        if (q->turns[i].role == ROLE_USER)
            return q->turns[i].text;
    return SLICE("");
}

/* Of several tools: the one whose name, description and parameters fit the question best. One that was called for this
 * question already has given what it can, so that the others come first: an agent gets on instead of round. */
static const struct chat_tool *choose_tool(struct arena *a, const struct tool_list *tools, struct chat_request *out)
{
    const struct chat_tool **open = arena_array(a, const struct chat_tool *, tools->n);
    struct slice *texts = arena_array(a, struct slice, tools->n);
    size_t n = 0;
    for (int called = 0; called < 2 && n == 0; called++)
        for (size_t i = 0; i < tools->n; i++) {
            const struct chat_tool *t = &tools->at[i];
            if (!called && chat_was_called(out, t->name))
                continue;
            const struct value *names = t->parameters ? value_member(t->parameters, SLICE("properties")) : NULL;
            struct slice words = name_words(a, t->name);
            for (size_t k = 0; names && names->kind == VALUE_OBJECT && k < names->object.n && k < CLOSEST_WORDS; k++) {
                struct slice name = name_words(a, names->object.at[k].name);
                words = arena_printf(a, "%.*s %.*s", SLICE_ARGS(words), SLICE_ARGS(name));
            }
            texts[n] = arena_printf(a, "%.*s. %.*s", SLICE_ARGS(words), SLICE_ARGS(t->description));
            open[n++] = t;
        }
    const struct chat_tool *best = open[closest_text(a, last_asked(&out->question), texts, n)];
    if (tools->n > 1)
        chat_warn(a, out,
                  arena_printf(a,
                               "Of the %zu tools, '%.*s' was called: it fits the question best by its name and "
                               "description.",
                               tools->n, SLICE_ARGS(best->name)));
    return best;
}

bool chat_is_search_tool(const struct value *tool)
{
    const struct value *type = value_member(tool, SLICE("type"));
    return type && type->kind == VALUE_STRING && slice_starts(type->string, SLICE("web_search"));
}

enum choice { CHOICE_FREE, CHOICE_REQUIRED, CHOICE_NAMED };

/* "auto", "none", "required" (in some clients "any"), {"type": "function", "function": {"name"}}, or {"name"}. */
static bool read_choice(const struct fields *body, const char *field, enum choice *choice, struct fields *named,
                        struct err *e)
{
    const struct value *v = fields_get(body, field);
    *choice = CHOICE_FREE;
    if (!v)
        return true;
    if (v->kind == VALUE_STRING) {
        if (slice_is(v->string, "required") || slice_is(v->string, "any"))
            *choice = CHOICE_REQUIRED;
        else if (!slice_is(v->string, "auto") && !slice_is(v->string, "none"))
            return fields_wrong(body, field, "one of 'none', 'auto', 'required', or an object that names a function",
                                e);
        return true;
    }
    struct fields object;
    struct slice type = {NULL, 0}, mode = {NULL, 0};
    bool found;
    if (!fields_object(body, field, &object, &found, e) || !fields_string(&object, "type", &type, e))
        return false;
    if (slice_is(type, "allowed_tools")) { /* which of them are allowed is not looked at: none is called but by force */
        if (!fields_object(&object, "allowed_tools", named, &found, e) ||
            !fields_string(found ? named : &object, "mode", &mode, e))
            return false;
        *choice = slice_is(mode, "required") ? CHOICE_REQUIRED : CHOICE_FREE;
        return true;
    }
    if (slice_is(type, "required") || slice_is(type, "any") || slice_is(type, "auto") || slice_is(type, "none")) {
        *choice = slice_is(type, "required") || slice_is(type, "any") ? CHOICE_REQUIRED : CHOICE_FREE;
        return true;
    }
    if (chat_is_search_tool(v)) /* as the Responses API has it */
        return true;
    *choice = CHOICE_NAMED;
    return fields_object(&object, "function", named, &found, e) && (found || (*named = object, true));
}

static bool find_named(const struct fields *named, const struct tool_list *tools, const struct chat_tool **tool,
                       struct err *e)
{
    struct slice name = {NULL, 0};
    if (!fields_string(named, "name", &name, e))
        return false;
    if (!name.n)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(named, "name"), "'%s' is required.",
                             fields_path(named, "name"));
    for (size_t i = 0; i < tools->n; i++)
        if (slice_eq(tools->at[i].name, name)) {
            *tool = &tools->at[i];
            return true;
        }
    return fields_wrong(named, "name", "the name of a function that the request describes", e);
}

/* Whether there is any but the search of the web, which is done in any case. */
static bool tools_beside_search(const struct value *list)
{
    bool any = list && list->kind != VALUE_ARRAY;
    for (size_t i = 0; list && list->kind == VALUE_ARRAY && i < list->array.n; i++)
        any |= !chat_is_search_tool(&list->array.at[i]);
    return any;
}

bool chat_read_tools(const struct fields *body, struct chat_request *out, struct chat_schema *schema, struct err *e)
{
    const bool bare = !fields_get(body, "tools") && fields_get(body, "functions");
    const char *list = bare ? "functions" : "tools", *field = bare ? "function_call" : "tool_choice";
    struct tool_list tools = {0};
    enum choice choice;
    struct fields named;
    const struct chat_tool *tool = NULL;
    if (!read_choice(body, field, &choice, &named, e))
        return false;
    if (choice == CHOICE_FREE) { /* the tools are not used, so that nothing in them is a mistake */
        if (tools_beside_search(fields_get(body, list)))
            chat_warn(body->arena, out,
                      arena_printf(body->arena,
                                   "'%s' were ignored: footnote answers from sources, and calls a tool only where "
                                   "'%s' forces it.",
                                   list, field));
        return true;
    }
    if (fields_get(body, list) && !read_tools(body, list, bare, &tools, e))
        return false;
    if (choice == CHOICE_NAMED && !find_named(&named, &tools, &tool, e))
        return false;
    if (choice == CHOICE_REQUIRED && tools.n == 0) {
        if (!fields_get(body, list) || tools_beside_search(fields_get(body, list)))
            chat_warn(body->arena, out,
                      arena_printf(body->arena, "'%s' was ignored: the request has no tool to call.", field));
        return true;
    }
    if (!tool)
        tool = choose_tool(body->arena, &tools, out);
    out->call = bare ? CHAT_CALL_FUNCTION : CHAT_CALL_TOOL;
    out->call_name = tool->name;
    *schema = (struct chat_schema){tool->parameters ? tool->parameters : &no_parameters, tool->path};
    return true;
}
