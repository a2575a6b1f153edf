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
      DocumentReader(data.bytes), in: jobContext, on: engine)
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

  /// The arguments of `settle` after the number: the error, or how to make the next state, data that is there already
  /// and the stream that is the data.
  private func encode(
    _ answer: Result<Outcome, AdaptorError>, _ document: DocumentAssembly?
  ) -> [JSValueRef?] {
    do throws(AdaptorError) {
      let outcome = try answer.get()
      return [
        context.undefined, try value(outcome, hasData: document == nil),
        document.flatMap(root) ?? context.undefined,
        outcome.change?.stream.map { context.value(streams.add(StepStream($0))) }
          ?? context.undefined,
      ]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  private func root(of document: DocumentAssembly) -> JSValueRef? { try? document.root() }

  /// An outcome as one JSON text, which takes the engine less time than its parts.
  private func value(_ outcome: Outcome, hasData: Bool) throws(AdaptorError) -> JSValueRef {
    let text = OutcomeText(outcome, hasData: hasData)
    if let value = jobContext.value(parsing: JavaScriptText(text.bytes)) { return value }
    for part in text.parts { _ = try part.parsed() }
    throw RawJSON(text.bytes).malformed("the text is not JSON")
  }

  static func describe(_ error: AdaptorError) -> JSON {
    [
      "message": .string(error.message), "details": .object(error.details),
      "operation": error.operations.last.map(JSON.string) ?? .null,
    ]
  }
}
