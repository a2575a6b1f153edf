import AdaptorCore
import Synchronization

/// What a request carries.
public enum RequestBody: Sendable {
  /// No body, and no fields that describe one.
  case none
  /// These bytes as they are; the caller names their media type in the header.
  case bytes([UInt8])
  /// `multipart/form-data` (RFC 7578): the parts, in order.
  case form([FormPart])
  /// A file, read while it is sent.
  case file(OpenFile)
  /// What a stream brings, of unknown length. The stream is opened anew when the body must be sent
  /// twice, for a Digest challenge or a retry.
  case stream(@Sendable () throws(AdaptorError) -> ByteStream)

  /// A body of the same kind that holds nothing.
  var emptied: RequestBody {
    if case .bytes = self { .bytes([]) } else { .none }
  }

  /// The body for the data of an operation: strings as they are, objects and arrays as JSON text,
  /// nothing for null, false, 0 and "".
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest` for `true` and numbers, as in OpenFn.
  /// - Parameter context: knows the stream that the data may stand for.
  public init(
    _ data: RawJSON?, _ context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    guard let data, let first = data.bytes.first else {
      self = .none
      return
    }
    switch first {
    case UInt8(ascii: "{") where data.isStream:
      self = context.stream(of: try data.parsed()).map(Self.once) ?? .bytes(data.bytes)
    case UInt8(ascii: "{") where data.isBuffer: self = .bytes(try data.parsed().bufferBytes ?? [])
    // Objects and lists go out as the job wrote them, without being parsed.
    case UInt8(ascii: "{"), UInt8(ascii: "["): self = .bytes(data.bytes)
    default: self = try Self.scalar(try data.parsed())
    }
  }

  /// The body that an operation sends: the file of the options, else the data.
  ///
  /// - Throws: `AdaptorError` with code `.file` or `.invalidRequest`.
  static func data(
    _ data: RawJSON?, _ options: RequestOptions, _ context: AdaptorContext
  ) throws(AdaptorError) -> RequestBody {
    guard let name = options.sendFile else { return try RequestBody(data, context) }
    return .file(try context.allowedFiles().open(name))
  }

  /// A stream that can be sent one time only.
  private static func once(_ stream: ByteStream) -> RequestBody {
    let isSent = Atomic(false)
    return .stream { () throws(AdaptorError) in
      guard !isSent.exchange(true, ordering: .relaxed) else {
        throw AdaptorError(
          .invalidRequest,
          "the body is a stream, which cannot be sent a second time; save it and use sendFile")
      }
      return stream
    }
  }

  /// The same body compressed (RFC 1952).
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest` for a form, which libcurl writes.
  func gzipped() throws(AdaptorError) -> RequestBody {
    switch self {
    case .none: return self
    case .bytes(let bytes): return .bytes(GzipEncoder.encode(bytes))
    case .file(let file): return .stream { file.stream().gzipped() }
    case .stream(let open):
      return .stream { () throws(AdaptorError) in try open().gzipped() }
    case .form:
      throw AdaptorError(.invalidRequest, "a form with files cannot be sent with compress")
    }
  }

  private static func scalar(_ value: JSON) throws(AdaptorError) -> RequestBody {
    switch value {
    case .string(let text): return text.isEmpty ? .none : .bytes(Array(text.utf8))
    case .null, .bool(false): return .none
    default:
      if value.double == 0 { return .none }
      throw AdaptorError(
        .invalidRequest,
        "Unsupported body type: \(value.kind). Send text, an object or a list")
    }
  }

  /// `application/x-www-form-urlencoded`: lists repeat their name, null is empty.
  static func urlEncoded(_ data: JSON) throws(AdaptorError) -> RequestBody {
    let text = QueryString(try fields(of: data)).text
    return .bytes(Array(text.replacing("%20", with: "+").utf8))
  }

  /// The parts of a form: null is left out, objects and lists are JSON text; then the files.
  static func form(
    of data: JSON, files: [(name: String, file: FormFile)] = [],
    context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) -> RequestBody {
    var parts: [FormPart] = []
    for member in try fields(of: data) where !member.value.isNull {
      let text = member.value.string ?? member.value.text()
      parts.append(FormPart(member.key, .bytes(Array(text.withNetworkLineEnds.utf8))))
    }
    for (name, file) in files { parts.append(try file.part(name, context)) }
    return .form(parts)
  }

  /// The members of a form's data.
  private static func fields(of data: JSON) throws(AdaptorError) -> JSONObject {
    if data["type"] == "ReadableStream", data["number"].int != nil {
      throw AdaptorError(.invalidRequest, "a stream is a body of its own, and no field of a form")
    }
    guard let members = data.object else {
      throw AdaptorError(
        .invalidRequest, "a form needs an object of its fields, found \(data.kind)")
    }
    return members
  }
}

extension String {
  /// With CR LF for every line end, as a form has them.
  fileprivate var withNetworkLineEnds: String {
    guard utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
    return map { ["\n", "\r", "\r\n"].contains($0) ? "\r\n" : String($0) }.joined()
  }
}

extension RawJSON {
  /// Whether this may be what Node's `Buffer` becomes as JSON.
  fileprivate var isBuffer: Bool { bytes.starts(with: Array("{\"type\":\"Buffer\"".utf8)) }
  /// Whether this may stand for a stream.
  fileprivate var isStream: Bool {
    bytes.starts(with: Array("{\"type\":\"ReadableStream\"".utf8))
  }
}
