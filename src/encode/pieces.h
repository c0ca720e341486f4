/* pieces.h - cuts a text into the word pieces of BERT's uncased vocabulary (WordPiece), as the model was trained.
 *
 * Control characters are dropped, letters lower-cased and stripped of accents, words end at white space and
 * punctuation, and each Han character is a word. Of a word the longest piece that begins it is taken, then the longest
 * that goes on ("##ing"), and so on; a word that cannot be made of pieces becomes [UNK] whole. tests/unit/encode/
 * pieces.txt has the output of the original tokenizer.
 *
 * DESIGN: unlike there, "[SEP]" and the like in a text are text, since pages may be hostile.
 * Each character is looked at a bounded number of times. Reading ends once PIECES_MAX pieces are there. Pure. */
#ifndef ENCODE_PIECES_H
#define ENCODE_PIECES_H

#include "encode/weights.h"

/* For the hash table of pieces. */
uint32_t piece_hash(struct slice piece);
/* Fills w->piece_slots from the pieces' texts. */
void pieces_index(struct weights *w);

/* The numbers of the text's pieces between those of [CLS] and [SEP]; returns how many: 2 for an empty text. A byte that
 * is not UTF-8 is dropped. */
size_t pieces_cut(const struct weights *w, struct slice text, uint32_t out[ENCODE_PIECES_MAX]);

#endif
