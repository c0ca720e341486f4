/* supervise_find.h - finds llama-server and checks a model file before anything is started, so that a wrong path is an
 * error at once and not a child that dies again and again. */
#ifndef LLM_SUPERVISE_FIND_H
#define LLM_SUPERVISE_FIND_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* *path: the absolute path of llama-server; "" when there is none. setting: a path, or a name to look up. When it is
 * NULL or empty: llama-server in PATH, then in the folder of `make llm`:
 * ${XDG_CACHE_HOME:-~/.cache}/footnote/llm/llama-server. Relative folders of PATH are skipped. ERR_USAGE: there is
 * none; the message says where it was looked for. */
MUST_USE bool local_server_find(struct arena *a, const char *setting, const char **path, struct err *e);

/* Is this a GGUF file that llama-server could load? Reads its first bytes only. ERR_USAGE: it is missing, not readable,
 * no file, or of another format. */
MUST_USE bool local_file_check(const char *path, uint64_t *bytes, struct err *e);

#endif
