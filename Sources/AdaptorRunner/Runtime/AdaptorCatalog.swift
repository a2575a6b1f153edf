import AdaptorCore

/// The adaptors a program ships, found by the names that jobs use.
public struct AdaptorCatalog: Sendable {
  /// In the order in which they are listed.
  public let adaptors: [any Adaptor.Type]

  /// A catalog of these adaptors; the first of equal names is found.
  public init(_ adaptors: [any Adaptor.Type]) { self.adaptors = adaptors }

  /// Finds the adaptor of a specifier: `http`, `@openfn/language-http`, `http@7.3.2`.
  ///
  /// - Returns: its position, and a sentence when the specifier pins another major version.
  /// - Throws: `AdaptorError` with code `.unknownAdaptor` that lists what is shipped.
  public func find(_ specifier: String) throws(AdaptorError) -> (index: Int, warning: String?) {
    let (name, version) = Self.split(specifier)
    guard let index = adaptors.firstIndex(where: { $0.manifest.name == name }) else {
      throw unknown(name, specifier)
    }
    return (index, warning(adaptors[index].manifest, version: version))
  }

  private static func split(_ specifier: String) -> (name: String, version: String?) {
    let withoutPath = specifier.prefix { $0 != "=" }
    let prefix = "@openfn/language-"
    let short = withoutPath.hasPrefix(prefix) ? withoutPath.dropFirst(prefix.count) : withoutPath
    guard let at = short.lastIndex(of: "@"), at != short.startIndex else {
      return (String(short), nil)
    }
    return (String(short[..<at]), String(short[short.index(after: at)...]))
  }

  private func unknown(_ name: String, _ specifier: String) -> AdaptorError {
    let names = adaptors.map { $0.manifest.name }
    return AdaptorError(
      .unknownAdaptor,
      "the adaptor '\(specifier)' is not part of this program.\(name.suggestion(from: names)) "
        + "It has: \(names.joined(separator: ", ")). "
        + "To write your own: adaptor new adaptor \(name)")
  }

  private func warning(_ manifest: AdaptorManifest, version: String?) -> String? {
    guard let version, let first = version.first, first.isNumber,
      version.prefix(while: { $0 != "." }) != manifest.majorVersion
    else { return nil }
    return "\(manifest.name)@\(version) was asked for; the job runs with the behaviour of "
      + "\(manifest.name) \(manifest.majorVersion) (\(manifest.version))"
  }
}

extension AdaptorError.Code {
  /// An adaptor that the program does not ship.
  public static let unknownAdaptor = Self("unknownAdaptor")
}
