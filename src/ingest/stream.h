/* stream.h - bytes of a file in order, unpacked on the way when they are gzip or bzip2.
 *
 * What it is is told by its first bytes. Files may hold many packed members, one after the other (WARC has one for each
 * record), and the place in the file where the current one begins is known, so that reading can go on there. Memory
 * does not depend on what the file says: a bomb costs time, which the reader above bounds. One thread at a time. */
#ifndef INGEST_STREAM_H
#define INGEST_STREAM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct stream;

/* The descriptor stays the caller's and must outlive the stream. */
struct stream *stream_new(int fd);
void stream_free(struct stream *s); /* NULL is fine */

/* Up to n bytes; 0 at the end, and after damage, which stream_damage then tells. */
size_t stream_read(struct stream *s, char *out, size_t n);
/* The next line, without its end, into `line`, whose ceiling holds ("over"). False at the end when there is none. */
bool stream_line(struct stream *s, struct buf *line);
/* Passes over n bytes; false when there are fewer. */
bool stream_skip(struct stream *s, uint64_t n);
/* NULL, or what is wrong with the packed bytes; static. Reading gives nothing more until stream_next_member. */
const char *stream_damage(const struct stream *s);

/* The errno of a read that failed, 0 when none did. */
int stream_errno(const struct stream *s);

/* After damage: looks for the next member of a gzip file. False when there is none, or when it is not gzip. */
bool stream_next_member(struct stream *s);

bool stream_packed(const struct stream *s);       /* known after the first read */
uint64_t stream_offset(const struct stream *s);   /* bytes of the file that are used up, for progress and messages */
uint64_t stream_member(const struct stream *s);   /* where in the file the current member begins */
uint64_t stream_unpacked(const struct stream *s); /* bytes given out since stream_seek */
/* True when nothing of the current member was given out yet: going on at stream_member gives what would come next.
 * Of a file that is not packed, each place is one. */
bool stream_at_member_start(struct stream *s);
/* Goes on at a place of the file where a member begins. */
bool stream_seek(struct stream *s, uint64_t offset);

enum unpack_kind { UNPACK_GZIP, UNPACK_DEFLATE };
/* Unpacks a whole in memory into out, up to its ceiling; false with `over` set beyond it, else when it is damaged. What
 * came before the damage is in out. Deflate is taken with and without its zlib head, as servers send both. */
bool unpack(struct slice packed, enum unpack_kind kind, struct buf *out);

#endif
