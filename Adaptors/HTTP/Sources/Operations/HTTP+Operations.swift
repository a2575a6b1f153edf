import AdaptorCore

extension HTTP {
  private typealias Definition = OperationDefinition<HTTP>

  /// The operations of job files: requests whose answer becomes `data` and `response`.
  public static let operations: [OperationDefinition<HTTP>] = [
    Definition(
      "request", "Sends a request with any method.", effect: .writes,
      Parameter<String>("method", "GET, POST, …"), path, options
    ) { http, method, path, options in
      try await http.outcome(method, path, options: options)
    },
    Definition("get", "Reads a resource.", effect: .reads, path, options) { http, path, options in
      try await http.outcome("GET", path, options: options)
    },
    Definition("post", "Sends data to a resource.", effect: .writes, path, data, options) {
      try await $0.outcome("POST", $1, data: $2, options: $3)
    },
    Definition(
      "put", "Replaces a resource.", effect: .writesIdempotently, path, data, options
    ) {
      try await $0.outcome("PUT", $1, data: $2, options: $3)
    },
    Definition("patch", "Changes a resource in part.", effect: .writes, path, data, options) {
      try await $0.outcome("PATCH", $1, data: $2, options: $3)
    },
    Definition("del", "Deletes a resource.", effect: .writesIdempotently, path, options) {
      try await $0.outcome("DELETE", $1, options: $2)
    },
    Definition(
      "util.request", "Sends a request with any method.", effect: .writes,
      Parameter<String>("method", "GET, POST, …"), path, options
    ) { http, method, path, options in
      try await http.outcome(method, path, options: options)
    },
    Definition(
      "util.xmlItems", "Makes data a stream of JSON lists: the elements at a path of a document.",
      effect: .reads, Parameter<RawJSON>("source", "XML text, or a stream of it"),
      Parameter<String>("path", "the names that lead to them, from the root: export/patient")
    ) { http, source, path in
      let source = try source.parsed()
      let text = source.string.map { ByteStream(Array($0.utf8)) }
      guard let stream = http.context.stream(of: source) ?? text else {
        throw AdaptorError(
          .invalidArgument, "the source must be XML text or a stream, found \(source.kind)")
      }
      let names = path.split(separator: "/").map(String.init)
      return .next(stream.xmlItems(at: names, isUTF8: text != nil), keepsReferences: true)
    },
  ]

  private static let path = Parameter<String?>("path", "an absolute URL, or a path under baseUrl")
  private static let data = Parameter<RawJSON?>("data", "the body: an object, a list or text")
  private static let options = Parameter<RequestOptions?>(
    "options",
    "query, headers, body, errors, timeout (ms), parseAs, contentType, files, maxRedirections, tls, "
      + "retry, deadline (ms), maxBodySize (bytes), proxy, sendFile, compress, saveAs, cache"
  )

  private func outcome(
    _ method: String, _ path: String?, data: RawJSON? = nil, options: RequestOptions?
  ) async throws -> Outcome {
    try await answer(method, path, data: data, options: options, allowsStream: true).outcome()
  }

  // MARK: The same operations for Swift jobs

  /// Reads a resource: `data` becomes its body, `response` what else is known of it.
  ///
  /// - Parameter path: an absolute URL, or a path under `baseUrl`.
  public func get(_ path: Resolvable<String>, options: RequestOptions? = nil) -> Operation {
    operation("get", "GET", path, options: options)
  }

  /// Sends `data` to a resource; the answer becomes `data` and `response`.
  ///
  /// - Parameter data: an object or list, sent as JSON unless `contentType` says otherwise, or
  ///   text.
  public func post(
    _ path: Resolvable<String>, _ data: Resolvable<JSON>, options: RequestOptions? = nil
  ) -> Operation {
    operation("post", "POST", path, data, options: options)
  }

  /// Replaces a resource by `data`; the answer becomes `data` and `response`.
  public func put(
    _ path: Resolvable<String>, _ data: Resolvable<JSON>, options: RequestOptions? = nil
  ) -> Operation {
    operation("put", "PUT", path, data, options: options)
  }

  /// Changes a resource by the members of `data`; the answer becomes `data` and `response`.
  public func patch(
    _ path: Resolvable<String>, _ data: Resolvable<JSON>, options: RequestOptions? = nil
  ) -> Operation {
    operation("patch", "PATCH", path, data, options: options)
  }

  /// Deletes a resource; the answer becomes `data` and `response`.
  public func del(_ path: Resolvable<String>, options: RequestOptions? = nil) -> Operation {
    operation("del", "DELETE", path, options: options)
  }

  private func operation(
    _ name: String, _ method: String, _ path: Resolvable<String>, _ data: Resolvable<JSON>? = nil,
    options: RequestOptions?
  ) -> Operation {
    Operation(name) { state in
      let body = try data?.resolve(state)
      let answer = try await request(
        method, try path.resolve(state), data: body.map { RawJSON($0) }, options: options)
      return try state.next(answer.outcome())
    }
  }
}
