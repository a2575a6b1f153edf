import AdaptorCore
import AdaptorRunner

/// `adaptor new`: starts an adaptor or a job from a template.
struct NewCommand: Command {
  let name = "new"
  let summary = "start an adaptor or a job of your own from a template"
  let usage = ["new adaptor NAME [--in FOLDER] [--package FOLDER]", "new job NAME [--in FOLDER]"]
  let discussion = """
    'new adaptor clinic' writes a Swift package with one operation, its tests, a runner and a job into
    ./clinic-adaptor. 'new job report' writes a job, a state and a workflow into ./report. Nothing that
    exists is overwritten.
    """
  let flags: [Flag] = [
    Flag(
      "--in", value: "FOLDER", summary: "where to write (default: a folder of the new name, here)"),
    Flag(
      "--package", value: "FOLDER",
      summary: "where swift-adaptors is (default: the checkout this program was built in)"),
    Flag("-h", "--help", summary: "show this page"),
  ]

  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32 {
    guard arguments.operands.count == 2 else {
      throw AdaptorError(.usage, "say what and how it is called: new adaptor NAME, or new job NAME")
    }
    let kind = arguments.operands[0]
    guard ["adaptor", "job"].contains(kind) else {
      throw AdaptorError(
        .usage,
        "there is no template for '\(kind)'; expected adaptor or job."
          + kind.suggestion(from: ["adaptor", "job"]))
    }
    let name = try TemplateName(arguments.operands[1])
    let folder =
      arguments.value("--in") ?? (kind == "adaptor" ? "\(name.dashed)-adaptor" : name.dashed)
    let package = kind == "adaptor" ? try PackageLocation.find(arguments.value("--package")) : ""
    try Template(kind: kind).write(to: folder, name: name, package: package)
    tool.print("Written to \(folder). Read \(folder)/README.md to go on.")
    return 0
  }
}
