/* notify.h - tells the service manager how the server is: systemd's protocol of datagrams (sd_notify(3)), without its
 * library. Nothing is sent where $NOTIFY_SOCKET is not set. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdbool.h>

/* "READY=1", "STOPPING=1", "STATUS=..."; several lines are one message. */
void notify_send(const char *state);
/* Before a reload is done; "READY=1" ends it. */
void notify_reloading(void);

struct notify_watchdog;
/* Sends "WATCHDOG=1" twice as often as $WATCHDOG_USEC asks, while is_alive(ud) holds; a thread of its own. NULL: the
 * manager does not ask for it. */
struct notify_watchdog *notify_watchdog_start(bool (*is_alive)(void *ud), void *ud);
void notify_watchdog_stop(struct notify_watchdog *w); /* NULL is fine */

#endif
