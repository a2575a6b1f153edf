#include "JavaScriptRuntime.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

#define SCRIPT(name) static const char name##_js[] = {
#define END , 0};

SCRIPT(arguments)
#embed "runtime/arguments.js"
END
SCRIPT(assembly)
#embed "runtime/assembly.js"
END
SCRIPT(buffer)
#embed "runtime/buffer.js"
END
SCRIPT(common)
#embed "runtime/common.js"
END
SCRIPT(console)
#embed "runtime/console.js"
END
SCRIPT(date)
#embed "runtime/date.js"
END
SCRIPT(dhis2)
#embed "runtime/dhis2.js"
END
SCRIPT(each)
#embed "runtime/each.js"
END
SCRIPT(errors)
#embed "runtime/errors.js"
END
SCRIPT(intl)
#embed "runtime/intl.js"
END
SCRIPT(job)
#embed "runtime/job.js"
END
SCRIPT(libraries)
#embed "runtime/libraries.js"
END
SCRIPT(modules)
#embed "runtime/modules.js"
END
SCRIPT(native)
#embed "runtime/native.js"
END
SCRIPT(paginate)
#embed "runtime/paginate.js"
END
SCRIPT(database)
#embed "runtime/database.js"
END
SCRIPT(runtime)
#embed "runtime/runtime.js"
END
SCRIPT(schema)
#embed "runtime/schema.js"
END
SCRIPT(streams)
#embed "runtime/streams.js"
END
SCRIPT(table)
#embed "runtime/table.js"
END
SCRIPT(timers)
#embed "runtime/timers.js"
END
SCRIPT(types)
#embed "runtime/types.js"
END
SCRIPT(values)
#embed "runtime/values.js"
END
SCRIPT(xml)
#embed "runtime/xml.js"
END
SCRIPT(compiler)
#embed "compiler/compiler.js"
END
SCRIPT(csv)
#embed "libraries/csv.js"
END
SCRIPT(dates)
#embed "libraries/dates.js"
END
SCRIPT(datefns)
#embed "libraries/datefns.js"
END
SCRIPT(jsonpath)
#embed "libraries/jsonpath.js"
END
SCRIPT(jsonschema)
#embed "libraries/jsonschema.js"
END

static const RuntimeScript scripts[] = {
    {"arguments", arguments_js},
    {"assembly", assembly_js},
    {"buffer", buffer_js},
    {"common", common_js},
    {"console", console_js},
    {"date", date_js},
    {"dhis2", dhis2_js},
    {"each", each_js},
    {"errors", errors_js},
    {"intl", intl_js},
    {"job", job_js},
    {"libraries", libraries_js},
    {"modules", modules_js},
    {"native", native_js},
    {"paginate", paginate_js},
    {"database", database_js},
    {"runtime", runtime_js},
    {"schema", schema_js},
    {"streams", streams_js},
    {"table", table_js},
    {"timers", timers_js},
    {"types", types_js},
    {"values", values_js},
    {"xml", xml_js},
    {"compiler", compiler_js},
    {"csv", csv_js},
    {"dates", dates_js},
    {"datefns", datefns_js},
    {"jsonpath", jsonpath_js},
    {"jsonschema", jsonschema_js},
};

RuntimeScript runtime_script(const char *name) {
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
    if (strcmp(scripts[i].name, name) == 0) return scripts[i];
  return (RuntimeScript){name, NULL};
}
