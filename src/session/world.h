/* world.h - everything that a session can ask: our own index, search services, web pages, language models.
 *
 * OWNERSHIP: a command opens these once (cli/answering.h) and closes them after the last session.
 * THREADS: all sessions share one world at the same time and change nothing in it; each member is safe for that. */
#ifndef SESSION_WORLD_H
#define SESSION_WORLD_H

struct index;
struct search;
struct fetcher;
struct page_copy;
struct llm;
struct reranker;
struct confidence_model;
struct meaning;

/* What becomes of a sentence that a language model wrote and no page states. base and core, which check a whole draft,
 * leave it out with UNSUPPORTED_MARK too. */
enum unsupported {
    UNSUPPORTED_MARK, /* it is sent, and ends in [?] */
    UNSUPPORTED_DROP, /* it is left out; each sentence is held back until it is compared */
    UNSUPPORTED_KEEP, /* it is sent, without a mark */
};

struct world {
    struct index *index;
    struct search *search;     /* NULL: only our own pages are searched */
    struct fetcher *fetcher;   /* NULL: no web pages are read */
    struct llm *model;         /* NULL: answers quote their sources */
    struct reranker *reranker; /* NULL: passages and sentences keep the order that their words gave them */
    enum unsupported unsupported;
    struct llm *small; /* for planning and checking; NULL: `model` does that, too */
    /* NULL, or called with each page that was read; the page holds during the call only. Called on any thread. */
    void (*remember)(void *ud, const struct page_copy *page);
    void *remember_ud;
    struct meaning *meaning;                   /* NULL: sentences are compared by words alone (encode/meaning.h) */
    const struct confidence_model *confidence; /* NULL: the shipped one (evidence/confidence.h) */
};

#endif
