#include "pages/libxml.h"

#include <libxml/parser.h>
#include <pthread.h>

void libxml_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, xmlInitParser);
}
