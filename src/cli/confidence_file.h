/* confidence_file.h - the confidence model as an ini file: one line for each input of evidence/confidence.def by its
 * name in small letters, bias, high_from, medium_from, answer_from. A file need not have all of them; what it has not
 * stays as shipped. share/confidence.ini shows the shipped model and is not read. */
#ifndef CLI_CONFIDENCE_FILE_H
#define CLI_CONFIDENCE_FILE_H

#include "base/buf.h"
#include "cli/config.h"
#include "evidence/confidence.h"

/* The model that the settings give: the shipped one, over it the file, over that the settings confidence_*.
 * ERR_USAGE names the place ("confidence.ini:3: ..."); a named file that is not there is ERR_IO. */
MUST_USE bool confidence_load(const struct config *c, struct confidence_model *out, struct err *e);
/* The setting confidence_file, else confidence.ini in the data folder, which need not be there. In the arena. */
const char *confidence_path(struct arena *a, const struct config *c);

/* Overrides what the file has; *m is unchanged when it returns false. */
MUST_USE bool confidence_read(const char *path, struct confidence_model *m, struct err *e);
void confidence_print(const struct confidence_model *m, struct buf *out);
/* Replaces the file at once: a reader sees the old or the new one whole. */
MUST_USE bool confidence_write(const char *path, const struct confidence_model *m, struct err *e);

#endif
