import AdaptorCore

extension PostgreSQL {
  /// `util.format` and its parts. The function itself comes last: it takes the parts along.
  public static let functions: [FunctionDefinition] = [
    FunctionDefinition(
      "util.format.ident", "A name as SQL, in double quotes where it needs them.",
      variadic: Parameter<JSON>("name", "name, or list of names")
    ) { .string(try Format.identifier($0.first ?? .null)) },

    FunctionDefinition(
      "util.format.literal", "A value as an SQL literal.",
      variadic: Parameter<JSON>("value", "any value")
    ) { .string(Literal.of($0.first ?? .null)) },

    FunctionDefinition(
      "util.format.string", "A value as plain text.",
      variadic: Parameter<JSON>("value", "any value")
    ) { .string(Format.string($0.first ?? .null)) },

    FunctionDefinition(
      "util.format.withArray", "Fills a pattern with the values of a list.",
      variadic: Parameter<JSON>("pattern", "text with %I, %L, %s and %%, then a list of values")
    ) { .string(try Format.format($0.first?.string ?? "", $0.dropFirst().first?.elements ?? [])) },

    FunctionDefinition(
      "util.format", "Fills a pattern with values.",
      variadic: Parameter<JSON>("pattern", "text with %I, %L, %s and %%, then the values")
    ) { .string(try Format.format($0.first?.string ?? "", Array($0.dropFirst()))) },
  ]
}
