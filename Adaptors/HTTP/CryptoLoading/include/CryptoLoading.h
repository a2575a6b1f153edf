// See crypto.c: this target has no interface of its own.
#pragma once
