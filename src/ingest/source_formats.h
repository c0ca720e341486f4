/* source_formats.h - the formats that source.c chooses from, each defined in the file of its name. */
#ifndef INGEST_SOURCE_FORMATS_H
#define INGEST_SOURCE_FORMATS_H

#include "ingest/source_kind.h"

extern const struct source_kind source_jsonl, source_warc, source_mediawiki, source_pages;

#endif
