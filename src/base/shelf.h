/* shelf.h - things that are dear to make and serve one thread at a time: taken for a moment, put back, used again.
 *
 * One of them for each thread would do as well, and costs its memory for every thread that sleeps. There are as many as
 * threads ever used one at the same moment, a handful, however many threads there are. */
#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include <pthread.h>

struct shelved { /* the first member of what is put on a shelf */
    struct shelved *next;
};

struct shelf { /* static, and never taken down: what lies on it at the end goes with the process */
    pthread_mutex_t lock;
    struct shelved *first;
};

#define SHELF_EMPTY {PTHREAD_MUTEX_INITIALIZER, NULL}

/* The one that was put back last; NULL: make one. Any thread. */
void *shelf_take(struct shelf *s);
/* thing must not be used afterwards. Any thread. */
void shelf_put(struct shelf *s, void *thing);

#endif
