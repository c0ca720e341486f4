/* unpacker.h - reads a file from front to back and unpacks gzip, bzip2 or zstd on the way.
 *
 * The first bytes of the file tell how it is packed. A file may hold many packed members, one after the other: WARC has
 * one for each record. The unpacker knows where in the file the current member begins, so that a later run can go on
 * there. Memory does not depend on the content of the file: a zip bomb costs time, which the caller bounds.
 *
 * THREADS: one at a time. */
#ifndef INGEST_UNPACKER_H
#define INGEST_UNPACKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct unpacker;

/* The caller keeps the descriptor, which must outlive the unpacker. A read that a signal interrupts is repeated unless
 * *stop is set: then the file ends there, and unpacker_errno is EINTR. stop may be NULL. */
struct unpacker *unpacker_new(int fd, const atomic_bool *stop);
void unpacker_free(struct unpacker *s); /* NULL is fine */

/* Up to n bytes; 0 at the end, and after damage, which unpacker_damage then tells. */
size_t unpacker_read(struct unpacker *s, char *out, size_t n);
/* The next line without its end, cut at the ceiling of `line` (then line->over is set). False when the file has ended.
 */
bool unpacker_line(struct unpacker *s, struct buf *line);
/* Passes over n bytes; false when there are fewer. */
bool unpacker_skip(struct unpacker *s, uint64_t n);
/* NULL, or what is wrong with the packed bytes; static. After damage nothing is read before unpacker_next_member. */
const char *unpacker_damage(const struct unpacker *s);

/* The errno of a read that failed, 0 when none did. */
int unpacker_errno(const struct unpacker *s);

/* After damage: looks for the next member of a gzip file. False when there is none, or when it is not gzip. */
bool unpacker_next_member(struct unpacker *s);

bool unpacker_packed(const struct unpacker *s);     /* known after the first read */
uint64_t unpacker_offset(const struct unpacker *s); /* bytes of the file that are used up, for progress and messages */
uint64_t unpacker_member(const struct unpacker *s); /* where in the file the current member begins */
/* True when nothing of the current member was read yet, so that reading from unpacker_member gives what comes next.
 * Always true in a file that is not packed. */
bool unpacker_at_member_start(struct unpacker *s);
/* Goes on at an offset where a member begins. */
bool unpacker_seek(struct unpacker *s, uint64_t offset);

enum unpack_kind { UNPACK_GZIP, UNPACK_DEFLATE, UNPACK_BROTLI, UNPACK_ZSTD };
/* Unpacks bytes in memory into out. False: they are damaged, or out->over is set, since they are larger than the
 * ceiling of out. What came before is in out. Deflate is read with and without its zlib header, since servers send
 * both. */
bool unpacker_whole(struct slice packed, enum unpack_kind kind, struct buf *out);

#endif
