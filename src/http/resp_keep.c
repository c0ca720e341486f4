#include "http/resp_keep.h"

#include "base/log.h"
#include "base/trail.h"
#include "http/conversation.h"
#include "state/responses.h"

void resp_keep_conversation(struct api_world *w, int64_t owner, const struct resp_request *request,
                            struct resp_reply *reply, struct answer *answer, struct arena *a)
{
    const struct conversation c = {owner, slice_of(reply->id), reply->created_unix};
    const struct chat_request kept = resp_request_kept(a, request);
    if (conversation_keep(&c, w, &kept, answer))
        return;
    reply->kept = false;
    answer_warn(a, answer, SLICE("This answer could not be kept, so that no later request can go on from it."));
}

bool resp_keep(struct api_world *w, int64_t owner, const struct resp_request *request, const struct resp_reply *reply,
               struct slice text, bool running)
{
    struct err e;
    if (!request->chat.keep || !w->responses)
        return true;
    const struct kept_response kept = {.id = slice_of(reply->id),
                                       .reply = text,
                                       .items = request->items,
                                       .running = running,
                                       .created_unix = reply->created_unix};
    if (responses_put(w->responses, owner, &kept, &e))
        return true;
    log_event(LOG_ERROR, "response", "id=%s not kept: %s", trail_request_id(), e.message);
    return false;
}

void resp_count_background(struct api_world *w, int64_t owner, int64_t arrived_unix, const struct outcome_work *work)
{
    const uint64_t counts[USAGE_COUNT] = {[USAGE_searches] = work->searches,
                                          [USAGE_pages] = work->pages,
                                          [USAGE_model_calls] = work->model_calls,
                                          [USAGE_prompt_tokens] = work->prompt_tokens,
                                          [USAGE_completion_tokens] = work->completion_tokens};
    if (w->usage)
        usage_add(w->usage, owner, arrived_unix, counts, false);
}
