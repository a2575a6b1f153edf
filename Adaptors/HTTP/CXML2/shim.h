// libxml2's push parser, which is given a document piece by piece.
#pragma once
#include <libxml/parser.h>
