/* chat_parts.h - the parts of a chat request, one file each. Private to api/. */
#ifndef API_CHAT_PARTS_H
#define API_CHAT_PARTS_H

#include "api/chat_request.h"
#include "api/fields.h"

/* chat_messages.c */
bool chat_read_messages(const struct fields *body, struct question *q, struct err *e);
/* chat_policy.c: source_policy, search_domain_filter, search_recency_filter, web_search_options */
bool chat_read_policy(const struct fields *body, int64_t today_unix, struct question *q, struct err *e);
/* chat_format.c: response_format */
bool chat_read_format(const struct fields *body, const struct chat_limits *limits, struct chat_request *out,
                      struct err *e);
void chat_warn(struct arena *a, struct chat_request *r, struct slice warning);

#endif
