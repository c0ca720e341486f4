/* confidence_file.h - the confidence model as an ini file.
 *
 * It has one line for each input of evidence/confidence.def, by its name in small letters, and bias, high_from,
 * medium_from and answer_from. Lines may be missing; those values stay as shipped. share/confidence.ini shows the
 * shipped model and is not read. */
#ifndef CLI_CONFIDENCE_FILE_H
#define CLI_CONFIDENCE_FILE_H

#include "base/buf.h"
#include "cli/config.h"
#include "evidence/confidence.h"

/* The model of the settings: the shipped one, changed by the file, then by the settings confidence_*. ERR_USAGE names
 * the place ("confidence.ini:3: ..."); a named file that is not there is ERR_IO. */
MUST_USE bool confidence_load(const struct config *c, struct confidence_model *out, struct err *e);
/* The setting confidence_file, else confidence.ini in the data folder, which need not be there. In the arena. */
const char *confidence_path(struct arena *a, const struct config *c);

/* Overrides what the file has; *m is unchanged when it returns false. */
MUST_USE bool confidence_read(const char *path, struct confidence_model *m, struct err *e);
void confidence_print(const struct confidence_model *m, struct buf *out);
/* Replaces the file in one step: a reader sees the whole old file or the whole new one. */
MUST_USE bool confidence_write(const char *path, const struct confidence_model *m, struct err *e);

#endif
