// See curl.c: this target has no interface of its own.
#pragma once
