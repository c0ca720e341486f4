#include "search/status.h"

static const struct {
    const char *name, *sentence;
} statuses[] = {
#define X(name, wire, sentence) [name] = {wire, sentence},
    SEARCH_STATUSES(X)
#undef X
};

const char *search_status_name(enum search_status s)
{
    return s < SEARCH_STATUS_COUNT ? statuses[s].name : "";
}

const char *search_status_sentence(enum search_status s)
{
    return s < SEARCH_STATUS_COUNT ? statuses[s].sentence : "";
}
