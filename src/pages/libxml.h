/* libxml.h - libxml2 must be started by one thread alone before others parse; its own start is not safe (2.9). */
#ifndef PAGES_LIBXML_H
#define PAGES_LIBXML_H

void libxml_start(void); /* before each parser is made; any thread, does something once */

#endif
