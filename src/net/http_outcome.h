/* http_outcome.h - how an HTTP request ended: one name and one sentence for each way. */
#ifndef NET_HTTP_OUTCOME_H
#define NET_HTTP_OUTCOME_H

/* name, sentence without its period */
#define HTTP_OUTCOMES(X)                                                                                               \
    X(HTTP_OK, "the reply is whole, status 2xx (or 304 to a conditional request)")                                     \
    X(HTTP_STATUS, "the server answered with an error status")                                                         \
    X(HTTP_BAD_URL, "the URL is not one that can be asked")                                                            \
    X(HTTP_REFUSED_BY_GUARD, "the address may not be contacted")                                                       \
    X(HTTP_DNS, "the name does not resolve")                                                                           \
    X(HTTP_CONNECT, "the server cannot be reached")                                                                    \
    X(HTTP_TLS, "the server's certificate or TLS is not acceptable")                                                   \
    X(HTTP_TIMEOUT, "the server was too slow")                                                                         \
    X(HTTP_RESET, "the connection broke before the reply was whole")                                                   \
    X(HTTP_TOO_LARGE, "the reply is larger than allowed")                                                              \
    X(HTTP_REDIRECTS, "there are more redirects than allowed")                                                         \
    X(HTTP_BROKEN, "the reply is not valid HTTP")                                                                      \
    X(HTTP_CANCELLED, "the request was called off")

enum http_outcome {
#define X(name, sentence) name,
    HTTP_OUTCOMES(X)
#undef X
        HTTP_OUTCOME_COUNT
};

/* For a person; without its period, static. Empty for what is no outcome. */
const char *http_outcome_sentence(enum http_outcome outcome);

#endif
