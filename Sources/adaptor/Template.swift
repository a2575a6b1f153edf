import AdaptorCore
import AdaptorRunner
import TemplateFiles

/// A folder of files in which `Example` and `example` stand for the new name.
struct Template {
  let kind: String

  /// Writes the files.
  ///
  /// - Parameter package: the folder of swift-adaptors, for the new package to depend on.
  /// - Throws: `AdaptorError` with code `.file` when the folder exists already.
  func write(to folder: String, name: TemplateName, package: String) throws(AdaptorError) {
    guard !FileSystem.exists(folder) else {
      throw AdaptorError(.file, "'\(folder)' exists already; choose another name or --in")
    }
    for (path, text) in files {
      let target = "\(folder)/\(Self.rename(path, name))"
      try FileSystem.makeDirectory(FileSystem.directory(of: target))
      let renamed = Self.rename(text, name).replacing(
        "path: \"../..\"", with: "path: \"\(package)\"")
      try FileSystem.write(Array(renamed.utf8), to: target)
    }
  }

  private var files: [(path: String, text: String)] {
    var files: [(path: String, text: String)] = []
    var index = 0
    while let kind = template_file(index).kind {
      let file = template_file(index)
      if String(cString: kind) == self.kind {
        files.append((String(cString: file.path), String(cString: file.text)))
      }
      index += 1
    }
    return files
  }

  /// The address of the template's imaginary service stays as it is.
  private static func rename(_ text: String, _ name: TemplateName) -> String {
    text.replacing("example.org", with: "\u{0}")
      .replacing("Example", with: name.camelCase)
      .replacing("example", with: name.dashed)
      .replacing("\u{0}", with: "example.org")
  }
}
