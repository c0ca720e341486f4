/* openapi.c - see openapi.h for the contract. */
#include "api/openapi.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/json_out.h"
#include "api/openapi_values.h"
#include "session/tiers.h"

enum { NAME_BYTES = 64, CODES_BYTES = 4096 };

static const struct {
    const char *name, *text;
} files[] = {
#include "openapi/files.def"
};

struct drawing {
    const struct openapi_server *server;
    json_t *operations; /* of all files */
    json_t *base, *schemas, *responses, *paths;
    struct buf *mistakes;
};

static void drawing_read(struct drawing *d)
{
    d->operations = json_array();
    d->schemas = json_object();
    d->responses = json_object();
    d->paths = json_object();
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        json_error_t why;
        json_t *file = json_loads(files[i].text, 0, &why);
        if (!file)
            buf_printf(d->mistakes, "openapi/%s:%d: %s\n", files[i].name, why.line, why.text);
        openapi_values_fill(d->server, file, d->mistakes);
        json_array_extend(d->operations, json_object_get(file, "operations"));
        json_object_update(d->schemas, json_object_get(file, "schemas"));
        if (strcmp(files[i].name, "base.json") == 0)
            d->base = json_incref(file);
        json_decref(file);
    }
}

static json_t *drawing_ref(const char *kind, const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

/* A schema by its name, which must be there. */
static json_t *drawing_schema(struct drawing *d, const char *name)
{
    if (!json_object_get(d->schemas, name))
        buf_printf(d->mistakes, "there is no schema %s\n", name);
    return drawing_ref("schemas", name);
}

/* Whether "/v1/models/{model}" is the route "/v1/models/" with a star behind it. */
static bool path_is(const char *described, const char *route)
{
    for (; *described && *route; described++, route++) {
        if (*described == '{' && *route == '*') {
            described += strcspn(described, "}");
            if (!*described)
                return false;
        } else if (*described != *route) {
            return false;
        }
    }
    return *described == *route;
}

/* The entry of a route, the path as it is described, and the place of that among the entry's paths. */
static json_t *drawing_find(const struct drawing *d, const struct openapi_route *r, const char **path, size_t *place)
{
    json_t *entry, *each;
    size_t i, k;
    json_array_foreach(d->operations, i, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "method")), r->method) != 0)
            continue;
        json_array_foreach(json_object_get(entry, "paths"), k, each)
        {
            *place = k;
            *path = json_string_value(each);
            if (path_is(*path, r->path))
                return entry;
        }
    }
    return NULL;
}

/* Codes that the gates and the server give, whatever the handler does (http/gates.c). */
static void codes_of_gates(const struct openapi_route *r, bool no_auth, bool codes[ERR_COUNT])
{
    static const enum err_code always[] = {ERR_BAD_REQUEST, ERR_FORBIDDEN_HOST,  ERR_FORBIDDEN_ORIGIN, ERR_TOO_SLOW,
                                           ERR_TOO_LARGE,   ERR_NOT_IMPLEMENTED, ERR_INTERNAL,         ERR_NO_MEMORY,
                                           ERR_STOPPING,    ERR_URI_TOO_LONG,    ERR_HEAD_TOO_LARGE};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        codes[always[i]] = true;
    bool key = r->needs_key && !no_auth;
    codes[ERR_NO_KEY] = codes[ERR_BAD_KEY] = codes[ERR_RATE_LIMIT] = key;
    codes[ERR_BUSY] = !r->direct;
    codes[ERR_MEDIA_TYPE] = strcmp(r->method, "POST") == 0;
    codes[ERR_QUOTA] = key && r->counted;
    codes[ERR_REPEAT_RUNNING] = codes[ERR_REPEAT_OTHER] = strcmp(r->method, "POST") == 0;
}

static void codes_of_entry(struct drawing *d, const json_t *entry, bool codes[ERR_COUNT])
{
    json_t *named;
    size_t i;
    json_array_foreach(json_object_get(entry, "errors"), i, named)
    {
        int code = ERR_COUNT - 1;
        while (code > 0 && strcmp(err_wire_code((enum err_code)code), json_string_value(named)) != 0)
            code--;
        codes[code] = true;
        if (code == 0)
            buf_printf(d->mistakes, "there is no error %s\n", json_string_value(named));
    }
    codes[ERR_OK] = false;
}

static const char *sentence_of(enum err_code code)
{
    static const char *const sentences[] = {
#define X(name, status, type, wire, sentence) sentence,
        ERR_TABLE(X)
#undef X
    };
    return sentences[code];
}

static json_t *reply_headers(int status)
{
    json_t *headers = json_pack("{s:o, s:o}", "x-request-id", drawing_ref("headers", "RequestId"),
                                "openai-processing-ms", drawing_ref("headers", "ProcessingMs"));
    if (status == 429)
        json_object_set_new(headers, "Retry-After", drawing_ref("headers", "RetryAfter"));
    if (status == 401)
        json_object_set_new(headers, "WWW-Authenticate", drawing_ref("headers", "Authenticate"));
    return headers;
}

/* What errors.h prints for this status. Where the head is not read whole, nobody knows the route and its form. */
static const char *error_schema(enum api_error_form form, int status)
{
    if (form == API_ERROR_CHAT || status == err_status(ERR_URI_TOO_LONG) || status == err_status(ERR_HEAD_TOO_LARGE))
        return "Error";
    if (form == API_ERROR_MCP)
        return "McpError";
    return form == API_ERROR_GROUP && status == 422 ? "GroupError" : "ParallelError";
}

/* The component of all errors of a status in one form, made when it is asked for first. */
static json_t *drawing_error(struct drawing *d, enum api_error_form form, int status)
{
    const char *schema = error_schema(form, status);
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s%d", schema, status);
    if (json_object_get(d->responses, name))
        return drawing_ref("responses", name);
    struct buf text;
    buf_init(&text, CODES_BYTES);
    for (int code = 1; code < ERR_COUNT; code++)
        if (err_status((enum err_code)code) == status && code != ERR_USAGE)
            buf_printf(&text, "%s%s: %s", text.n ? "\n" : "", err_wire_code((enum err_code)code),
                       sentence_of((enum err_code)code));
    json_object_set_new(d->responses, name,
                        json_pack("{s:o, s:o, s:{s:{s:o}}}", "description", json_text(buf_slice(&text)), "headers",
                                  reply_headers(status), "content", "application/json", "schema",
                                  drawing_schema(d, schema)));
    buf_release(&text);
    return drawing_ref("responses", name);
}

/* One for each status, with the codes that this operation gives with it. */
static void add_errors(struct drawing *d, enum api_error_form form, const bool codes[ERR_COUNT], json_t *responses)
{
    for (int code = 1; code < ERR_COUNT; code++) {
        int status = err_status((enum err_code)code);
        char name[NAME_BYTES];
        struct buf text;
        snprintf(name, sizeof name, "%d", status);
        if (!codes[code] || json_object_get(responses, name))
            continue;
        buf_init(&text, CODES_BYTES);
        for (int other = 1; other < ERR_COUNT; other++)
            if (codes[other] && err_status((enum err_code)other) == status)
                buf_printf(&text, "%s%s", text.n ? ", " : "", err_wire_code((enum err_code)other));
        json_t *reply = drawing_error(d, form, status);
        json_object_set_new(reply, "description", json_text(buf_slice(&text)));
        json_object_set_new(responses, name, reply);
        buf_release(&text);
    }
}

/* An event of a stream, as OpenAPI 3.2 has it: its data is JSON, the reply's piece or an error, or ends the stream. */
static json_t *piece_of(struct drawing *d, const char *piece, enum api_error_form form)
{
    json_t *whole =
        json_pack("{s:[o, o]}", "anyOf", drawing_schema(d, piece), drawing_schema(d, error_schema(form, 500)));
    return json_pack("{s:s, s:[s], s:{s:{s:[{s:s}, {s:s, s:s, s:o}]}}}", "type", "object", "required", "data",
                     "properties", "data", "anyOf", "const", "[DONE]", "type", "string", "contentMediaType",
                     "application/json", "contentSchema", whole);
}

/* An event that has its type in its name; the end of the stream is the end of the reply. */
static json_t *event_of(struct drawing *d, const char *event)
{
    return json_pack("{s:s, s:[s, s], s:{s:{s:s}, s:{s:s, s:s, s:o}}}", "type", "object", "required", "event", "data",
                     "properties", "event", "type", "string", "data", "type", "string", "contentMediaType",
                     "application/json", "contentSchema", drawing_schema(d, event));
}

static json_t *success_of(struct drawing *d, const json_t *entry, const struct openapi_route *r)
{
    json_t *content = json_object(), *type;
    const char *reply = json_string_value(json_object_get(entry, "reply")),
               *stream = json_string_value(json_object_get(entry, "stream")),
               *events = json_string_value(json_object_get(entry, "events"));
    size_t i;
    if (reply)
        json_object_set_new(content, "application/json", json_pack("{s:o}", "schema", drawing_schema(d, reply)));
    if (stream)
        json_object_set_new(content, "text/event-stream", json_pack("{s:o}", "schema", piece_of(d, stream, r->errors)));
    if (events)
        json_object_set_new(content, "text/event-stream", json_pack("{s:o}", "schema", event_of(d, events)));
    json_array_foreach(json_object_get(entry, "types"), i, type)
        json_object_set_new(content, json_string_value(type), json_pack("{s:{s:s}}", "schema", "type", "string"));
    return json_pack("{s:s, s:o, s:o, s:O*}", "description", "What was asked for.", "headers", reply_headers(200),
                     "content", content, "links", json_object_get(entry, "links"));
}

static json_t *responses_of(struct drawing *d, const json_t *entry, const struct openapi_route *r,
                            const bool codes[ERR_COUNT])
{
    json_t *responses = json_object(), *other;
    const char *status;
    if (json_object_get(entry, "reply") || json_object_get(entry, "events") || json_object_get(entry, "types"))
        json_object_set_new(responses, "200", success_of(d, entry, r));
    json_object_foreach(json_object_get(entry, "replies"), status, other)
    {
        json_t *reply = json_pack("{s:O, s:o}", "description", json_object_get(other, "description"), "headers",
                                  reply_headers((int)strtol(status, NULL, 10)));
        if (json_object_get(other, "schema"))
            json_object_set_new(reply, "content",
                                json_pack("{s:{s:O}}", "application/json", "schema", json_object_get(other, "schema")));
        json_object_set_new(responses, status, reply);
    }
    add_errors(d, r->errors, codes, responses);
    return responses;
}

/* The path's, as texts, and then those of the entry. */
static json_t *parameters_of(struct drawing *d, const json_t *entry, const char *path)
{
    json_t *list = json_array(), *given;
    size_t i;
    for (const char *open = strchr(path, '{'); open; open = strchr(open + 1, '{'))
        json_array_append_new(list, json_pack("{s:s%, s:s, s:b, s:{s:s, s:i, s:s}}", "name", open + 1,
                                              strcspn(open + 1, "}"), "in", "path", "required", 1, "schema", "type",
                                              "string", "minLength", 1, "pattern", "^[^/]+$"));
    json_array_foreach(json_object_get(entry, "parameters"), i, given)
    {
        const char *name = json_string_value(given);
        if (name && !json_object_get(json_object_get(d->base, "parameters"), name))
            buf_printf(d->mistakes, "there is no parameter %s\n", name);
        json_array_append_new(list, name ? drawing_ref("parameters", name) : json_incref(given));
    }
    return list;
}

static json_t *limits_of(const struct drawing *d, const struct openapi_route *r)
{
    json_t *limits = json_object();
    if (strcmp(r->method, "POST") == 0)
        json_object_set_new(limits, "max_body_bytes", openapi_value(d->server, SLICE("max_body_bytes")));
    if (r->needs_key && !d->server->no_auth)
        json_object_set_new(limits, "rate_per_minute", openapi_value(d->server, SLICE("rate_per_minute")));
    json_object_set_new(limits, "counts_against_daily_quota", json_boolean(r->counted));
    return limits;
}

static json_t *codes_list(const bool codes[ERR_COUNT])
{
    json_t *list = json_array();
    for (int code = 1; code < ERR_COUNT; code++)
        if (codes[code])
            json_array_append_new(list, json_string(err_wire_code((enum err_code)code)));
    return list;
}

static json_t *security_of(const struct drawing *d, const struct openapi_route *r)
{
    return r->needs_key && !d->server->no_auth ? json_pack("[{s:[]}, {s:[]}]", "bearer", "key") : json_array();
}

/* Names of operations are unique, so those of further paths have a number. */
static json_t *operation_of(struct drawing *d, const json_t *entry, const struct openapi_route *r, const char *path,
                            size_t place)
{
    bool codes[ERR_COUNT] = {false};
    const char *id = json_string_value(json_object_get(entry, "id")),
               *request = json_string_value(json_object_get(entry, "request"));
    codes_of_gates(r, d->server->no_auth, codes);
    codes_of_entry(d, entry, codes);
    json_t *operation =
        json_pack("{s:o, s:O, s:[O], s:o, s:o, s:o, s:o, s:o}", "operationId",
                  place ? json_sprintf("%s_%zu", id, place + 1) : json_string(id), "summary",
                  json_object_get(entry, "summary"), "tags", json_object_get(entry, "tag"), "parameters",
                  parameters_of(d, entry, path), "responses", responses_of(d, entry, r, codes), "security",
                  security_of(d, r), "x-limits", limits_of(d, r), "x-errors", codes_list(codes));
    if (!operation)
        buf_printf(d->mistakes, "%s %s: id, tag or summary is missing\n", r->method, path);
    if (json_object_get(entry, "about"))
        json_object_set(operation, "description", json_object_get(entry, "about"));
    if (request)
        json_object_set_new(operation, "requestBody",
                            json_pack("{s:b, s:{s:{s:o}}}", "required",
                                      !json_is_true(json_object_get(entry, "may_be_empty")), "content",
                                      "application/json", "schema", drawing_schema(d, request)));
    return operation;
}

static void drawing_paths(struct drawing *d)
{
    size_t described = 0, entries = 0, i;
    json_t *entry;
    for (i = 0; i < d->server->route_count; i++) {
        const struct openapi_route *r = &d->server->routes[i];
        const char *path;
        size_t place;
        char method[NAME_BYTES];
        json_t *found = drawing_find(d, r, &path, &place), *item;
        if (!found) {
            buf_printf(d->mistakes, "%s %s has no entry in openapi/\n", r->method, r->path);
            continue;
        }
        described++;
        if (!json_object_get(d->paths, path))
            json_object_set_new(d->paths, path, json_object());
        item = json_object_get(d->paths, path);
        snprintf(method, sizeof method, "%s", r->method);
        for (char *c = method; *c; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
        json_object_set_new(item, method, operation_of(d, found, r, path, place));
    }
    json_array_foreach(d->operations, i, entry) entries += json_array_size(json_object_get(entry, "paths"));
    if (d->server->all_routes && described < entries)
        buf_printf(d->mistakes, "%zu paths of openapi/ have no route\n", entries - described);
}

static json_t *tables_of_settings(const struct openapi_server *s)
{
    json_t *limits = json_object();
    for (size_t i = 0; i < s->number_count; i++)
        json_object_set_new(
            limits, s->numbers[i].name,
            json_pack("{s:I, s:s}", "value", (json_int_t)s->numbers[i].value, "description", s->numbers[i].about));
    return limits;
}

static json_t *tables_of_models(void)
{
    json_t *models = json_object();
    for (size_t i = 0; i < tier_count; i++)
        json_object_set_new(models, tier_at(i)->name,
                            json_pack("{s:s, s:I}", "description", tier_at(i)->description, "deadline_ms",
                                      (json_int_t)tier_at(i)->deadline_ms));
    return models;
}

static json_t *tables_of_errors(void)
{
    json_t *errors = json_object();
    for (int code = 1; code < ERR_COUNT; code++)
        if (code != ERR_USAGE && code != ERR_CANCELLED)
            json_object_set_new(errors, err_wire_code((enum err_code)code),
                                json_pack("{s:i, s:s, s:s}", "status", err_status((enum err_code)code), "type",
                                          err_type((enum err_code)code), "description",
                                          sentence_of((enum err_code)code)));
    return errors;
}

void openapi_print(const struct openapi_server *s, struct buf *out, struct buf *mistakes)
{
    struct drawing d = {.server = s, .mistakes = mistakes};
    drawing_read(&d);
    drawing_paths(&d);
    json_t *info = json_object_get(d.base, "info");
    json_object_set_new(info, "version", json_string(FOOTNOTE_VERSION));
    json_out(json_pack("{s:s, s:O, s:[{s:s}], s:O, s:o, s:{s:o, s:o, s:O, s:O, s:O}, s:o, s:o, s:o}", "openapi",
                       "3.1.0", "info", info, "servers", "url", "/", "tags", json_object_get(d.base, "tags"), "paths",
                       d.paths, "components", "schemas", d.schemas, "responses", d.responses, "parameters",
                       json_object_get(d.base, "parameters"), "headers", json_object_get(d.base, "headers"),
                       "securitySchemes", json_object_get(d.base, "securitySchemes"), "x-limits", tables_of_settings(s),
                       "x-models", tables_of_models(), "x-errors", tables_of_errors()),
             out);
    json_decref(d.operations);
    json_decref(d.base);
}
