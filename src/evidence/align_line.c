/* align_line.c - reads sentences and titles for the files of alignment: words, stated values, weights of terms. */
#include "evidence/align_inner.h"

double terms_weight(const struct claimed *c, const struct term_set *set, enum term_role role)
{
    double sum = 0;
    for (size_t i = 0; i < TERM_SET_WORDS; i++)
        for (uint64_t bits = set->bits[i]; bits; bits &= bits - 1) {
            const struct term *t = &c->terms[i * 64 + (size_t)__builtin_ctzll(bits)];
            sum += t->role == role ? t->weight : 0;
        }
    return sum;
}

const struct line *align_line(struct aligner *al, size_t line)
{
    if (!al->lines[line].words.n)
        al->lines[line] = view_line(al->scratch, al->view, line);
    return &al->lines[line];
}

struct stated *align_stated(struct aligner *al, size_t line)
{
    const struct view *v = al->view;
    bool title = line >= v->sentence_count;
    size_t rank = title ? line - v->sentence_count : v->sentences[line].passage_rank;
    struct slice text = title ? v->chosen[rank].passage->title : v->sentences[line].text;
    if (!al->stated[line])
        al->stated[line] = stated_read(al->read, text, align_line(al, line)->words, v->passages[rank].lang);
    return al->stated[line];
}
