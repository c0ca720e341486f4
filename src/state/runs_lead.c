/* runs_lead.c - which of several processes on one file answers its runs: see runs.h. A lock of the kernel says so,
 * which ends with its process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "state/place.h"
#include "state/runs_inner.h"

bool runs_lead_open(struct runs *r, const char *folder, struct err *e)
{
    char path[PATH_BYTES];
    if ((size_t)snprintf(path, sizeof path, "%s/tasks.lock", folder) >= sizeof path)
        return err_set(e, ERR_IO, "The name of the data folder is too long.");
    r->lead_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return r->lead_fd >= 0 || err_set(e, ERR_IO, "The file %s cannot be opened: %s.", path, strerror(errno));
}

bool runs_lead(struct runs *r)
{
    static const char broken_off[] = "UPDATE runs SET status = 0, trace = '' WHERE status = 1";
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct err e;
    if (atomic_load(&r->leads))
        return true;
    pthread_mutex_lock(&r->db.lock);
    bool leads = atomic_load(&r->leads);
    if (!leads && fcntl(r->lead_fd, F_OFD_SETLK, &whole) == 0) {
        leads = sqlite3_exec(r->db.sqlite, broken_off, NULL, NULL, NULL) == SQLITE_OK || db_failed(&r->db, &e);
        if (!leads)
            log_event(LOG_ERROR, "task", "the queue cannot be taken over: %s", e.message);
        atomic_store(&r->leads, leads);
    }
    pthread_mutex_unlock(&r->db.lock);
    return leads;
}
