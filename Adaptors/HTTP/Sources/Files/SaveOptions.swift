/// The `saveAs` option: the file that the body of a success goes to.
public struct SaveOptions: Decodable, Sendable {
  /// Its name below the allowed folder.
  public var path: String
  /// What the SHA-256 of the file must be, 64 hexadecimal digits; nil: anything.
  public var sha256: String?
  /// Whether what has arrived is kept when the connection breaks, and a later try asks for the rest
  /// (RFC 9110 §14.2).
  public var resume = false

  enum CodingKeys: String, CodingKey { case path, sha256, resume }

  /// Saves under this name.
  public init(path: String) { self.path = path }

  /// Reads a name, or an object of the members above.
  ///
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    if let path = try? decoder.singleValueContainer().decode(String.self) {
      self.path = path
      return
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    path = try members.decode(String.self, forKey: .path)
    sha256 = try members.decodeIfPresent(String.self, forKey: .sha256)
    resume = try members.decodeIfPresent(Bool.self, forKey: .resume) ?? false
  }
}
