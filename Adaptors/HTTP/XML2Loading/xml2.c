// The functions of libxml2 that the XML parser calls (see LazyLibrary.h).
#include "LazyLibrary.h"

#ifdef __linux__

#include <libxml/xmlreader.h>

LAZY_LIBRARY("libxml2.so.2")

FORWARD(xmlTextReaderPtr, xmlReaderForMemory,
        (const char *text, int size, const char *url, const char *encoding, int options),
        (text, size, url, encoding, options))
FORWARD(void, xmlFreeTextReader, (xmlTextReaderPtr reader), (reader))
FORWARD(int, xmlTextReaderRead, (xmlTextReaderPtr reader), (reader))
FORWARD(int, xmlTextReaderNodeType, (xmlTextReaderPtr reader), (reader))
FORWARD(int, xmlTextReaderIsEmptyElement, (xmlTextReaderPtr reader), (reader))
FORWARD(int, xmlTextReaderMoveToNextAttribute, (xmlTextReaderPtr reader), (reader))
FORWARD(int, xmlTextReaderMoveToElement, (xmlTextReaderPtr reader), (reader))
FORWARD(const xmlChar *, xmlTextReaderConstName, (xmlTextReaderPtr reader), (reader))
FORWARD(const xmlChar *, xmlTextReaderConstValue, (xmlTextReaderPtr reader), (reader))
FORWARD(void, xmlTextReaderSetStructuredErrorHandler,
        (xmlTextReaderPtr reader, xmlStructuredErrorFunc handler, void *context), (reader, handler, context))

#endif
