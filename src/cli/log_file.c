/* log_file.c - see log_file.h. The file takes the place of descriptor 2, in one step: no line is lost, and what
 * libraries print goes there too. */
#include "cli/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool log_file_open(const char *path, struct err *e)
{
    if (!path[0])
        return true;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && dup2(fd, STDERR_FILENO) >= 0;
    int cause = errno;
    if (fd >= 0)
        close(fd);
    return ok || err_set(e, ERR_IO, "The log file %s cannot be opened: %s.", path, strerror(cause));
}
