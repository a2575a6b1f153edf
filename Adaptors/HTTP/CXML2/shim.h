// libxml2's reader, which pulls one node after the other.
#pragma once
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
