/* kept_files.h - the files of kept.h, mapped. Private to encode/. */
#ifndef ENCODE_KEPT_FILES_H
#define ENCODE_KEPT_FILES_H

#include "encode/kept.h"

struct kept_head {
    char magic[24];
    uint32_t model, upto;
    uint64_t count, gone;
    uint32_t checksum; /* CRC-32 of the head with 0 here, and of the keys */
    uint32_t scanned;  /* 1: there are signs */
    uint32_t spare[2];
};

enum { KEPT_SIGN_WORDS = ENCODE_WIDTH / 64 };

struct kept_signs { /* a bit is set where the number is above 0 */
    uint64_t words[KEPT_SIGN_WORDS];
};

struct kept_file {   /* the head, `count` keys in ascending order, `count` signs if there are any, `count` rows */
    uint32_t number; /* its name */
    size_t bytes;
    const struct kept_head *head;
    const uint64_t *keys;
    const struct kept_signs *signs; /* NULL: none */
    const struct kept_row *rows;
    unsigned users; /* views that have it; under the lock of struct kept */
};

struct kept_view {
    unsigned users; /* under the lock of struct kept */
    size_t n;
    uint64_t count;
    struct kept_file *files[];
};

enum { KEPT_PATH_BYTES = 4096 };

extern const char kept_magic[24];

void kept_path(char path[KEPT_PATH_BYTES], const char *folder, uint32_t number);
/* The numbers of the files in the folder, ascending; returns how many. free() *out. */
size_t kept_list(const char *folder, uint32_t **out);
/* NULL: it cannot be mapped (errno), or is damaged or another encoder's (errno is 0). */
struct kept_file *kept_file_map(const char *folder, uint32_t number, uint32_t model);
void kept_file_unmap(struct kept_file *f);
uint32_t kept_checksum(const struct kept_head *head, const uint64_t *keys);
struct kept_signs kept_signs_of(const struct kept_row *row);
const struct kept_row *kept_file_find(const struct kept_file *f, uint64_t key);

#endif
