/* shelf.h - keeps objects that are expensive to create and serve one thread at a time: a thread takes one, uses it and
 * puts it back.
 *
 * DESIGN: one object a thread would work as well, but each sleeping thread would then hold one. A shelf holds as many
 * as were ever in use at the same moment, which is a handful however many threads there are.
 * THREADS: any. */
#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include <pthread.h>

struct shelved { /* must be the first member of each object */
    struct shelved *next;
};

struct shelf { /* static; its objects are never freed */
    pthread_mutex_t lock;
    struct shelved *first;
};

#define SHELF_EMPTY                                                                                                    \
    {                                                                                                                  \
        PTHREAD_MUTEX_INITIALIZER, NULL                                                                                \
    }

/* The object that was put back last. NULL: there is none, create one. */
void *shelf_take(struct shelf *s);
/* The caller must not use thing afterwards. */
void shelf_put(struct shelf *s, void *thing);

#endif
