/* backup_file.h - the file that footnote backup writes: a zip archive of a data folder's parts, with checksums.
 *
 * Names in it: manifest.json, those of state_files (state/backup.h), index/NAME, index/vectors/NAME. Others are
 * refused, so that nothing is written outside of the folder. One thread. */
#ifndef CLI_BACKUP_FILE_H
#define CLI_BACKUP_FILE_H

#include "base/arena.h"
#include "base/err.h"

/* Packs all files of a folder, and of its folders; the archive appears whole, by renaming, with mode 0600. */
MUST_USE bool backup_pack(struct arena *a, const char *folder, const char *file, struct err *e);
/* Unpacks into an empty folder. ERR_CORRUPT: it is no backup, not whole, or of a newer footnote. */
MUST_USE bool backup_unpack(struct arena *a, const char *file, const char *folder, struct err *e);
/* Removes a folder with all that is in it; a missing one is fine. */
void backup_remove(const char *folder);
/* Makes sure that all of it is on the disk. */
MUST_USE bool backup_sync(const char *folder, struct err *e);

#endif
