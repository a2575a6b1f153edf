import AdaptorCore
import JavaScriptRuntime

/// The CSV parser itself, which takes text in pieces.
struct CSVLibrary {
  private let parseAll: (String) throws(UsageError) -> String

  init() throws(UsageError) {
    guard let text = runtime_script("csv").text else { throw UsageError("csv.js is missing") }
    parseAll = try ScriptContext().function("\(Self.driver)(\(String(cString: text)))")
  }

  /// - Returns: `{ whole, pieces }` for each case.
  func parse(_ cases: [CSVCase]) throws -> [JSON] {
    try JSON(parsing: parseAll(JSON.array(cases.map(\.json)).text())).elements
  }

  private static let driver = """
    (makeLibrary => {
      const { createParser } = makeLibrary(globalThis);
      const defaults = {
        delimiter: ',', quote: '"', escape: '"', columns: true, bom: true, trim: true, ltrim: true,
        rtrim: true, skip_empty_lines: true,
      };
      function parse(text, options, cuts) {
        const rows = [];
        try {
          const parser = createParser({ ...defaults, ...options });
          let start = 0;
          for (const cut of [...cuts, text.length]) {
            rows.push(...parser.write(text.slice(start, cut)));
            start = cut;
          }
          rows.push(...parser.end());
        } catch (error) {
          return { code: String(error.code), message: String(error) };
        }
        return { rows };
      }
      return json => JSON.stringify(JSON.parse(json).map(({ text, options, cuts }) => ({
        whole: parse(text, options, []), pieces: parse(text, options, cuts),
      })));
    })
    """
}
