/// Replaces the secrets of a configuration wherever they turn up in text.
///
/// A member is secret when its name says so (`password`, `access_token`, `apiKey`, `pat`, …). Its value
/// is hidden as it stands and in the forms that `SecretForms` lists.
public struct Redactor: Sendable {
  /// What stands in for a secret.
  public static let mask = "****"
  /// Shorter values are left alone: they would hide half of every line.
  private static let shortestSecret = 4

  /// Longest first, so that a secret containing another one is replaced whole.
  private var secrets: [String] = []

  /// Hides nothing.
  public init() {}

  /// Hides the secrets of `configuration`, at any depth, from now on.
  public mutating func add(configuration: JSON) {
    var found: Set<String> = []
    Self.collect(configuration, isSecret: false, into: &found)
    for secret in found { found.formUnion(SecretForms.of(secret)) }
    secrets = found.union(secrets).filter { $0.utf8.count >= Self.shortestSecret }
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// `text` without secrets.
  public func redact(_ text: String) -> String {
    if secrets.isEmpty { return text }
    let bytes = secrets.reduce(Array(text.utf8)) { Self.masking($1, in: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `text` with `mask` in the place of each of these values that is long enough to tell something.
  package static func masking(_ values: [String], in text: String, as mask: String) -> String {
    let bytes = values.filter { $0.utf8.count >= shortestSecret }.reduce(Array(text.utf8)) {
      masking($1, in: $0, as: mask)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Searches bytes: for a string a secret followed by an accent would be another text.
  private static func masking(
    _ secret: String, in text: [UInt8], as mask: String = mask
  ) -> [UInt8] {
    let secret = Array(secret.utf8)
    var output: [UInt8] = []
    var start = 0
    var index = 0
    while index + secret.count <= text.count {
      let end = index + secret.count
      if text[index] == secret[0], text[index..<end].elementsEqual(secret) {
        output += text[start..<index]
        output += mask.utf8
        start = end
        index = end
      } else {
        index += 1
      }
    }
    return start == 0 ? text : output + text[start...]
  }

  /// `value` without secrets in any of its strings.
  public func redact(_ value: JSON) -> JSON {
    if secrets.isEmpty { return value }
    switch value {
    case .string(let text): return .string(redact(text))
    case .array(let elements): return .array(elements.map(redact))
    case .object(let members): return .object(redact(members))
    case .int, .double, .number: return secrets.contains(value.text()) ? .string(Self.mask) : value
    case .null, .bool: return value
    }
  }

  /// `error` without secrets in its message and details.
  public func redact(_ error: AdaptorError) -> AdaptorError {
    var error = error
    error.message = redact(error.message)
    // Its names are the program's own.
    error.details = JSONObject(
      error.details.map { .init(key: $0.key, value: redact($0.value)) })
    return error
  }

  private func redact(_ members: JSONObject) -> JSONObject {
    JSONObject(members.map { .init(key: redact($0.key), value: redact($0.value)) })
  }

  private static func collect(_ value: JSON, isSecret: Bool, into found: inout Set<String>) {
    switch value {
    case .string(let text):
      if isSecret { found.insert(text) }
      if let (user, password) = SecretForms.credentials(inURL: text) {
        found.formUnion([password, SecretForms.basic(user, password)])
        let decoded = password.decodingPercent
        found.formUnion([decoded, SecretForms.basic(user.decodingPercent, decoded)])
      }
    case .int, .double, .number: if isSecret { found.insert(value.text()) }
    case .array(let elements):
      for element in elements { collect(element, isSecret: isSecret, into: &found) }
    case .object(let members):
      if let user = (members["username"] ?? members["user"])?.textOfScalar,
        let password = members["password"]?.textOfScalar
      {
        found.insert(SecretForms.basic(user, password))
      }
      if let client = members["clientId"]?.string, let secret = members["clientSecret"]?.string {
        found.insert(SecretForms.basic(client.percentEncoded, secret.percentEncoded))
      }
      for member in members {
        collect(member.value, isSecret: isSecret || isSecretName(member.key), into: &found)
      }
    case .null, .bool: break
    }
  }

  /// Whether a configuration member of this name holds a secret.
  package static func isSecretName(_ name: String) -> Bool {
    let letters = name.lowercased().filter(\.isLetter)
    // Where tokens come from is no token.
    if placesOfTokens.contains(where: letters.hasSuffix) { return false }
    return secretNames.contains(letters) || secretWords.contains { letters.contains($0) }
  }

  private static let placesOfTokens = ["tokenurl", "tokenuri", "tokenendpoint"]
  private static let secretNames: Set = ["pat", "key", "pass", "pwd", "pin"]
  private static let secretWords = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "authorization",
    "credential", "bearer", "jwt", "cookie",
  ]
}
