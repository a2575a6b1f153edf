#include "TemplateFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char file_0[] = {
#embed "../../Templates/Adaptor/Package.swift"
, 0};
static const char file_1[] = {
#embed "../../Templates/Adaptor/README.md"
, 0};
static const char file_2[] = {
#embed "../../Templates/Adaptor/.gitignore"
, 0};
static const char file_3[] = {
#embed "../../Templates/Adaptor/Sources/ExampleAdaptor/Example.swift"
, 0};
static const char file_4[] = {
#embed "../../Templates/Adaptor/Sources/example/main.swift"
, 0};
static const char file_5[] = {
#embed "../../Templates/Adaptor/Tests/ExampleAdaptorTests/ExampleTests.swift"
, 0};
static const char file_6[] = {
#embed "../../Templates/Adaptor/Jobs/find.js"
, 0};
static const char file_7[] = {
#embed "../../Templates/Adaptor/Jobs/state.json"
, 0};
static const char file_8[] = {
#embed "../../Templates/Job/README.md"
, 0};
static const char file_9[] = {
#embed "../../Templates/Job/job.js"
, 0};
static const char file_10[] = {
#embed "../../Templates/Job/state.json"
, 0};
static const char file_11[] = {
#embed "../../Templates/Job/workflow.json"
, 0};

static const TemplateFile files[] = {
    {"adaptor", "Package.swift", file_0},
    {"adaptor", "README.md", file_1},
    {"adaptor", ".gitignore", file_2},
    {"adaptor", "Sources/ExampleAdaptor/Example.swift", file_3},
    {"adaptor", "Sources/example/main.swift", file_4},
    {"adaptor", "Tests/ExampleAdaptorTests/ExampleTests.swift", file_5},
    {"adaptor", "Jobs/find.js", file_6},
    {"adaptor", "Jobs/state.json", file_7},
    {"job", "README.md", file_8},
    {"job", "job.js", file_9},
    {"job", "state.json", file_10},
    {"job", "workflow.json", file_11},
};

TemplateFile template_file(size_t index) {
  size_t count = sizeof files / sizeof *files;
  return index < count ? files[index] : (TemplateFile){NULL, NULL, NULL};
}
