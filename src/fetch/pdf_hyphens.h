/* pdf_hyphens.h - inside of fetch/: hyphens that pdftotext drops where a line ends behind them.
 *
 * pdftotext joins the two parts of a word that a line end cuts, whatever they are: "1998-2004" becomes 19982004 and
 * "well-known" wellknown. Read with -raw it keeps lines and hyphens, but mixes columns. So its text is taken from the
 * one reading, and what stood at line ends from the other. Between figures and before a capital a hyphen stays; else
 * the document itself decides by how it writes the word within lines, and then lang/ by the first part.
 *
 * Linear in both texts. Any thread. */
#ifndef FETCH_PDF_HYPHENS_H
#define FETCH_PDF_HYPHENS_H

#include "base/arena.h"

/* text: as pdftotext gives it; raw: as it does with -raw, empty when that is not known. Both UTF-8. In the arena. */
struct slice pdf_hyphens(struct arena *a, struct slice text, struct slice raw);

#endif
