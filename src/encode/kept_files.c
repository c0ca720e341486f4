#include "encode/kept_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHECKSUM_STEP_KEYS = 1 << 16, NAME_DIGITS = 8 };

const char kept_magic[24] = "footnote vectors 1\n";

void kept_path(char path[KEPT_PATH_BYTES], const char *folder, uint32_t number)
{
    snprintf(path, KEPT_PATH_BYTES, "%s/%08" PRIu32, folder, number);
}

static int kept_by_number(const void *l, const void *r)
{
    const uint32_t *one = l, *other = r;
    return (*one > *other) - (*one < *other);
}

static uint32_t kept_name_number(const char *name)
{
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    return strlen(name) == NAME_DIGITS && !*end && name[0] >= '0' && name[0] <= '9' ? (uint32_t)number : 0;
}

size_t kept_list(const char *folder, uint32_t **out)
{
    DIR *dir = opendir(folder);
    size_t n = 0, room = 0;
    *out = NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        uint32_t number = kept_name_number(entry->d_name);
        if (!number)
            continue;
        if (n == room) {
            room = room ? 2 * room : 16;
            uint32_t *more = realloc(*out, room * sizeof *more);
            if (!more)
                break;
            *out = more;
        }
        (*out)[n++] = number;
    }
    if (dir)
        closedir(dir);
    if (n)
        qsort(*out, n, sizeof **out, kept_by_number);
    return n;
}

uint32_t kept_checksum(const struct kept_head *head, const uint64_t *keys)
{
    struct kept_head plain = *head;
    plain.checksum = 0;
    uLong sum = crc32(crc32(0, NULL, 0), (const Bytef *)&plain, sizeof plain);
    for (uint64_t at = 0; at < head->count; at += CHECKSUM_STEP_KEYS) {
        uint64_t n = head->count - at < CHECKSUM_STEP_KEYS ? head->count - at : CHECKSUM_STEP_KEYS;
        sum = crc32(sum, (const Bytef *)(keys + at), (uInt)(n * sizeof *keys));
    }
    return (uint32_t)sum;
}

static bool kept_sound(const struct kept_file *f, uint32_t model)
{
    const struct kept_head *h = f->head;
    const uint64_t each = sizeof *f->keys + sizeof *f->rows + (h->scanned ? sizeof *f->signs : 0);
    return memcmp(h->magic, kept_magic, sizeof kept_magic) == 0 && h->model == model &&
           h->count <= (f->bytes - sizeof *h) / each && f->bytes == sizeof *h + h->count * each &&
           h->checksum == kept_checksum(h, f->keys);
}

struct kept_file *kept_file_map(const char *folder, uint32_t number, uint32_t model)
{
    char path[KEPT_PATH_BYTES];
    struct stat st;
    struct kept_file *f = calloc(1, sizeof *f);
    kept_path(path, folder, number);
    int fd = f ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *p = MAP_FAILED;
    bool small = false;
    if (fd >= 0 && fstat(fd, &st) == 0) {
        small = (uint64_t)st.st_size < sizeof *f->head;
        if (!small)
            p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (fd >= 0)
        close(fd);
    if (p == MAP_FAILED) {
        free(f);
        errno = small ? 0 : errno ? errno : ENOMEM;
        return NULL;
    }
    f->number = number;
    f->bytes = (size_t)st.st_size;
    f->head = p;
    f->keys = (const uint64_t *)(f->head + 1);
    f->signs = f->head->scanned ? (const struct kept_signs *)(const void *)(f->keys + f->head->count) : NULL;
    f->rows = f->signs ? (const struct kept_row *)(const void *)(f->signs + f->head->count)
                       : (const struct kept_row *)(const void *)(f->keys + f->head->count);
    if (!kept_sound(f, model)) {
        kept_file_unmap(f);
        errno = 0;
        return NULL;
    }
    if (!f->signs)
        (void)madvise(p, f->bytes, MADV_RANDOM);
    return f;
}

struct kept_signs kept_signs_of(const struct kept_row *row)
{
    struct kept_signs out = {{0}};
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        out.words[i / 64] |= (uint64_t)(row->cells[i] > 0) << i % 64;
    return out;
}

void kept_file_unmap(struct kept_file *f)
{
    munmap((void *)(uintptr_t)f->head, f->bytes);
    free(f);
}

/* Hashes are spread evenly, so the place of one is guessed by its size: a few looks instead of twenty. */
const struct kept_row *kept_file_find(const struct kept_file *f, uint64_t key)
{
    size_t low = 0, high = (size_t)f->head->count; /* it is in [low, high) */
    bool guess = true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t first = f->keys[low], last = f->keys[high - 1];
        if (key < first || key > last)
            return NULL;
        if (guess && last > first)
            middle = low + (size_t)((double)(key - first) / (double)(last - first) * (double)(high - 1 - low));
        middle = middle < high ? middle : high - 1;
        guess = !guess; /* every other look halves, whatever the hashes are like */
        if (f->keys[middle] == key)
            return &f->rows[middle];
        if (f->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
