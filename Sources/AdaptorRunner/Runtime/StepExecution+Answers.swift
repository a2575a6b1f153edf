import AdaptorCore
import CJavaScriptCore

// What the native side answers to the runtime script.
extension StepExecution {
  /// Large data of an answer, put together in the job's context; nil for other data.
  func document(
    of answer: Result<Outcome, AdaptorError>, on engine: isolated Engine
  ) async -> DocumentAssembly? {
    guard let data = (try? answer.get())?.change?.data,
      data.bytes.count >= DocumentAssembly.largeSize
    else { return nil }
    return try? await DocumentAssembly.document(
      DocumentReader(data.bytes), in: jobContext, for: identity, on: engine)
  }

  /// Gives the job the answer to a native call.
  ///
  /// - Parameter document: the data, if it is there already.
  func settle(
    _ number: Int, _ answer: Result<Outcome, AdaptorError>, _ document: DocumentAssembly?
  ) {
    pendingCalls -= 1
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      let arguments = [context.value(number)] + encode(answer, document)
      _ = try context.call(runtime.settle, arguments)
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
  func readList(_ number: Int) throws(AdaptorError) -> JavaScriptText? {
    guard let runtime else { return nil }
    do throws(JavaScriptException) {
      return try context.scoped { () throws(JavaScriptException) in
        let part = try context.call(runtime.readList, [context.value(number)])
        return context.text(part)
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
  private func encode(
    _ answer: Result<Outcome, AdaptorError>, _ document: DocumentAssembly?
  ) -> [JSValueRef?] {
    do throws(AdaptorError) {
      let outcome = try answer.get()
      let appends = try value(try Self.list(outcome.appends))
      guard let change = outcome.change else {
        return Array(repeating: context.undefined, count: 7) + [appends]
      }
      let additions = jobContext.emptyObject()
      for addition in change.additions {
        jobContext.set(addition.key, of: additions, to: try value(addition.value))
      }
      let data = if let made = document.flatMap(root) { made } else { try value(change.data) }
      let paths = change.dataPaths.map { JSON.strings([$0.key, $0.member]) }
      return [
        context.undefined, JSValueMakeBoolean(context.reference, true), data,
        additions, JSValueMakeBoolean(context.reference, change.keepsReferences),
        list(paths), list(change.types.map(\.description)), appends,
        change.stream.map { context.value(streams.add(StepStream($0))) } ?? context.undefined,
      ]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  private func root(of document: DocumentAssembly) -> JSValueRef? { try? document.root() }

  private func list(_ values: [JSON]) -> JSValueRef? {
    values.isEmpty
      ? context.undefined : context.value(parsing: JavaScriptText(JSON.array(values).bytes()))
  }

  private func value(_ raw: RawJSON?) throws(AdaptorError) -> JSValueRef {
    guard let raw else { return context.undefined }
    if let value = jobContext.value(parsing: JavaScriptText(raw.withoutMark)) { return value }
    _ = try raw.parsed()
    throw raw.malformed("the text is not JSON")
  }

  /// `[key, value]` pairs as JSON text, or nil for none.
  ///
  /// - Throws: `AdaptorError` for a value that is no JSON by itself: it could be more than a value in here.
  private static func list(
    _ members: [(key: String, value: RawJSON)]
  ) throws(AdaptorError) -> RawJSON? {
    if members.isEmpty { return nil }
    var text: [UInt8] = []
    for (key, value) in members {
      text += text.isEmpty ? "[[".utf8 : "],[".utf8
      text += JSON.string(key).bytes() + ",".utf8 + (try value.parsed()).bytes()
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
