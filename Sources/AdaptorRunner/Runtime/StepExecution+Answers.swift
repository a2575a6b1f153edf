import AdaptorCore
import CJavaScriptCore

// What the native side answers to the runtime script.
extension StepExecution {
  /// Gives the job the answer to a native call.
  func settle(_ number: Int, _ answer: Result<Outcome, AdaptorError>) {
    pendingCalls -= 1
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.settle, [context.value(number)] + encode(answer))
    }
  }

  /// Gives the job a piece of a stream.
  func settleRead(_ number: Int, _ piece: StepStream.Piece) {
    pendingCalls -= 1
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.settleRead, [context.value(number)] + encode(piece))
    }
  }

  /// The next part of a list of the job's, as JSON text; nil at its end.
  ///
  /// - Throws: `AdaptorError` with code `.failed` for values that cannot become JSON.
  func readList(_ number: Int) throws(AdaptorError) -> [UInt8]? {
    guard let runtime else { return nil }
    do throws(JavaScriptException) {
      return try context.scoped { () throws(JavaScriptException) in
        let part = try context.call(runtime.readList, [context.value(number)])
        return context.text(part)?.bytes
      }
    } catch {
      throw AdaptorError(.failed, error.description)
    }
  }

  private func encode(_ piece: StepStream.Piece) -> [JSValueRef?] {
    do throws(AdaptorError) {
      return [context.undefined, try piece.get().map(context.value) ?? context.undefined]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  /// The arguments of `settle` after the number: the error, or how to make the next state.
  private func encode(_ answer: Result<Outcome, AdaptorError>) -> [JSValueRef?] {
    do throws(AdaptorError) {
      let outcome = try answer.get()
      let appends = try value(Self.list(outcome.appends))
      guard let change = outcome.change else {
        return Array(repeating: context.undefined, count: 7) + [appends]
      }
      let additions = jobContext.emptyObject()
      for addition in change.additions {
        jobContext.set(addition.key, of: additions, to: try value(addition.value))
      }
      let paths = change.dataPaths.map { JSON.strings([$0.key, $0.member]) }
      return [
        context.undefined, JSValueMakeBoolean(context.reference, true), try value(change.data),
        additions, JSValueMakeBoolean(context.reference, change.keepsReferences),
        list(paths), list(change.types.map(\.description)), appends,
        change.stream.map { context.value(streams.add(StepStream($0))) } ?? context.undefined,
      ]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  private func list(_ values: [JSON]) -> JSValueRef? {
    values.isEmpty
      ? context.undefined : context.value(parsing: JavaScriptText(JSON.array(values).bytes()))
  }

  private func value(_ raw: RawJSON?) throws(AdaptorError) -> JSValueRef {
    guard let raw else { return context.undefined }
    let value =
      raw.bytes.count < DocumentAssembly.largeSize
      ? jobContext.value(parsing: JavaScriptText(raw.withoutMark))
      : DocumentAssembly.value(raw.bytes, in: jobContext)
    if let value { return value }
    _ = try raw.parsed()
    throw raw.malformed("the text is not JSON")
  }

  /// `[key, value]` pairs as JSON text, or nil for none.
  private static func list(_ members: [(key: String, value: RawJSON)]) -> RawJSON? {
    if members.isEmpty { return nil }
    var text: [UInt8] = []
    for (key, value) in members {
      text += text.isEmpty ? "[[".utf8 : "],[".utf8
      text += JSON.string(key).bytes() + ",".utf8 + value.bytes
    }
    return RawJSON(text + "]]".utf8)
  }

  static func describe(_ error: AdaptorError) -> JSON {
    [
      "message": .string(error.message), "details": .object(error.details),
      "operation": error.operations.last.map(JSON.string) ?? .null,
    ]
  }
}
