#include "JavaScriptRuntime.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

#define SCRIPT(name) static const char name##_js[] = {
#define END , 0};

SCRIPT(runtime)
#embed "runtime.js"
END
SCRIPT(common)
#embed "common.js"
END
SCRIPT(compiler)
#embed "compiler.js"
END
SCRIPT(jsonpath)
#embed "jsonpath.js"
END
SCRIPT(csv)
#embed "csv.js"
END
SCRIPT(datefns)
#embed "datefns.js"
END

static const RuntimeScript scripts[] = {
    {"runtime", runtime_js}, {"common", common_js}, {"compiler", compiler_js},
    {"jsonpath", jsonpath_js}, {"csv", csv_js}, {"datefns", datefns_js},
};

RuntimeScript runtime_script(const char *name) {
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
    if (strcmp(scripts[i].name, name) == 0) return scripts[i];
  return (RuntimeScript){name, NULL};
}
