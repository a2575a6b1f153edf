// The functions of libxml2 that the XML parser calls (see LazyLibrary.h).
#include "LazyLibrary.h"

#ifdef __linux__

#include <libxml/parser.h>

LAZY_LIBRARY("libxml2.so.2")

FORWARD(xmlParserCtxtPtr, xmlCreatePushParserCtxt,
        (xmlSAXHandlerPtr handler, void *context, const char *text, int size, const char *name),
        (handler, context, text, size, name))
FORWARD(int, xmlCtxtUseOptions, (xmlParserCtxtPtr parser, int options), (parser, options))
FORWARD(int, xmlParseChunk, (xmlParserCtxtPtr parser, const char *text, int size, int last),
        (parser, text, size, last))
FORWARD(void, xmlStopParser, (xmlParserCtxtPtr parser), (parser))
FORWARD(void, xmlFreeDoc, (xmlDocPtr document), (document))
FORWARD(void, xmlFreeParserCtxt, (xmlParserCtxtPtr parser), (parser))

#endif
