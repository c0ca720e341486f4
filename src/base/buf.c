#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserve.h"

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max_bytes = max_bytes};
}

void buf_release(struct buf *b)
{
    free(b->p);
    buf_init(b, b->max_bytes);
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->over = false;
    if (b->p)
        b->p[0] = '\0';
}

static bool make_room(struct buf *b, size_t more)
{
    if (b->over || more > b->max_bytes || b->n > b->max_bytes - more) {
        b->over = true;
        return false;
    }
    size_t need = b->n + more + 1;
    if (need <= b->room)
        return true;
    size_t room = b->room ? b->room * 2 : 256;
    while (room < need)
        room *= 2;
    char *p = reserve_realloc(b->p, room);
    if (!p) {
        b->over = true;
        return false;
    }
    b->p = p;
    b->room = room;
    return true;
}

bool buf_add(struct buf *b, struct slice text)
{
    if (!make_room(b, text.n))
        return false;
    if (text.n)
        memcpy(b->p + b->n, text.p, text.n);
    b->n += text.n;
    b->p[b->n] = '\0';
    return true;
}

bool buf_add_char(struct buf *b, char c)
{
    return buf_add(b, (struct slice){&c, 1});
}

bool buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    bool ok = n >= 0 && make_room(b, (size_t)n);
    if (ok) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
    return ok;
}

char *buf_take(struct buf *b, size_t *n)
{
    char *p = b->p;
    if (n)
        *n = b->n;
    buf_init(b, b->max_bytes);
    return p;
}
