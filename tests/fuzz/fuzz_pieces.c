/* Any bytes become at most ENCODE_PIECES_MAX numbers of pieces, between [CLS] and [SEP]. The vocabulary is a small one.
 */
#include "encode/pieces.h"

static _Alignas(64) char file[24 * 1024 * 1024]; /* as large as the packed file */
static struct weights w;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const pieces[] = {"a", "an", "##a", "##n", "##na", "e", "##e", ".", "我", "##я", "straße", "!"};
    uint32_t at = 0;
    (void)argc, (void)argv;
    weights_lay_out(&w, file);
    for (uint32_t i = 0; i < MODEL_PIECES; i++) {
        char text[32];
        int n =
            i < COUNT_OF(pieces) ? snprintf(text, sizeof text, "%s", pieces[i]) : snprintf(text, sizeof text, "[%u", i);
        memcpy(w.piece_text + at, text, (size_t)n);
        at += (uint32_t)n;
        w.piece_starts[i + 1] = at;
    }
    pieces_index(&w);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t out[ENCODE_PIECES_MAX];
    size_t n = pieces_cut(&w, (struct slice){(const char *)data, size}, out);
    if (n < 2 || n > ENCODE_PIECES_MAX)
        abort();
    for (size_t i = 0; i < n; i++)
        if (out[i] >= MODEL_PIECES)
            abort();
    return 0;
}
