// JavaScriptCore's C interface, and functions it exports without a public header
// (JSContextRefPrivate.h of WebKit).
#pragma once
#include <JavaScriptCore/JavaScript.h>

typedef bool (*JSShouldTerminateCallback)(JSContextRef context, void *data);
void JSContextGroupSetExecutionTimeLimit(
    JSContextGroupRef group, double seconds, JSShouldTerminateCallback callback, void *data);
void JSContextGroupClearExecutionTimeLimit(JSContextGroupRef group);
void JSGlobalContextSetUnhandledRejectionCallback(
    JSGlobalContextRef context, JSObjectRef function, JSValueRef *exception);
void JSSynchronousGarbageCollectForDebugging(JSContextRef context);
void JSGlobalContextSetEvalEnabled(JSGlobalContextRef context, bool enabled, JSStringRef message);
