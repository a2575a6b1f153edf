// See xml2.c: this target has no interface of its own.
#pragma once
