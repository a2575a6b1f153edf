// See libpq.c: this target has no interface of its own.
#pragma once
