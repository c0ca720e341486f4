#include "state/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool place_folder(const char *folder, struct err *e)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s", folder) >= (int)sizeof path)
        return err_set(e, ERR_IO, "The name of the state folder is too long.");
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_set(e, ERR_IO, "The folder %s cannot be made: %s.", path, strerror(errno));
        *slash = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_set(e, ERR_IO, "The folder %s cannot be made: %s.", path, strerror(errno));
    return true;
}

bool place_file(const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(e, ERR_IO, "The file %s cannot be opened: %s.", path, strerror(errno));
    close(fd);
    return true;
}
