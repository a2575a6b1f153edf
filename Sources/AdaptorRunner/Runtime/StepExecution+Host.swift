import AdaptorCore
import CJavaScriptCore

// What the runtime script calls.
extension StepExecution {
  func hostObject() -> JSObjectRef {
    context.object([
      ("invoke", { [unowned self] in invoke($0, $1) }),
      ("readStream", { [unowned self] in readStream($0, $1) }),
      (
        "cancelStream",
        { [unowned self] in
          streams[$0.integer($1[0])]?.cancel()
          return nil
        }
      ),
      ("call", { [unowned self] in try call($0, $1) }),
      ("adaptor", { [unowned self] in adaptor($0, $1) }),
      ("log", { [unowned self] in log($0, $1) }),
      ("setTimer", { [unowned self] in setTimer($0, $1) }),
      ("clearTimer", { [unowned self] in clearTimer($0, $1) }),
      ("script", { try $0.evaluate(script: $0.description($1[0])) }),
      ("readLibrary", { [unowned self] in try readLibrary($0, $1) }),
      ("evaluate", { [unowned self] in try evaluate($0, $1, in: $0) }),
      ("evaluateInJob", { [unowned self] in try evaluate($0, $1, in: jobContext) }),
      ("validate", { [unowned self] in try validate($0, $1) }),
      ("sourceLine", { [unowned self] in sourceLine($0, $1) }),
      ("configured", { [unowned self] in configured($0, $1) }),
      ("redact", { [unowned self] in redact($0, $1) }),
      ("finish", { [unowned self] in finished($0, $1) }),
      ("crash", { [unowned self] in crashed($0, $1) }),
    ])
  }

  /// `invoke(number, adaptor, operation, configuration, ...arguments)`: starts a native operation.
  private func invoke(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    pendingCalls += 1
    let call = NativeCall(execution: identity, number: context.integer(arguments[0]))
    let operation = context.integer(arguments[2])
    let given = arguments.dropFirst(4).map { raw(context.text($0)) }
    let opened = Result { () throws(AdaptorError) in
      try sessions.session(context.integer(arguments[1]), context.integer(arguments[3]))
    }
    Task(executorPreference: engine.loop) { [engine] in
      let answer: Result<Outcome, AdaptorError>
      do throws(AdaptorError) {
        answer = .success(try await opened.get().run(operation, given))
      } catch {
        answer = .failure(error)
      }
      await engine.settle(call, answer)
    }
    return nil
  }

  /// `readStream(number, stream, isText)`: asks for the next piece.
  private func readStream(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    pendingCalls += 1
    let call = NativeCall(execution: identity, number: context.integer(arguments[0]))
    let number = context.integer(arguments[1])
    guard let stream = streams[number] else { preconditionFailure("there is no stream \(number)") }
    let isText = context.bool(arguments[2])
    Task(executorPreference: engine.loop) { [engine] in
      await engine.settle(call, piece: await stream.next(isText: isText))
    }
    return nil
  }

  /// `call(adaptor, function, ...arguments)`: a helper function, answered at once.
  private func call(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    let adaptor = sessions.catalog.adaptors[context.integer(arguments[0])]
    let function = adaptor.functions[context.integer(arguments[1])]
    let answer: JSON
    do throws(AdaptorError) {
      let value = try function.call(arguments.dropFirst(2).map { raw(context.text($0)) })
      answer = value.map { ["value": $0] } ?? [:]
    } catch {
      answer = ["error": Self.describe(error)]
    }
    return context.value(parsing: JavaScriptText(answer.bytes()))
  }

  /// `adaptor(packageName)`: what the runtime script knows of an adaptor that a job imports.
  private func adaptor(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let name = context.description(arguments[0])
    let adaptors = sessions.catalog.adaptors
    guard let index = adaptors.firstIndex(where: { $0.manifest.packageName == name }) else {
      return nil
    }
    let face = AdaptorFace(adaptors[index], index: index)
    return context.value(parsing: JavaScriptText(face.description.bytes()))
  }

  private func raw(_ text: JavaScriptText?) -> RawJSON? { text.map { RawJSON($0.bytes) } }

  private func log(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let level = LogLine.Level(rawValue: context.description(arguments[0])) ?? .info
    let component = LogLine.Component(rawValue: context.description(arguments[1])) ?? .job
    let text = context.description(arguments[2])
    let json = arguments.count > 3 ? raw(context.text(arguments[3])) : nil
    let values = json.flatMap { try? $0.parsed() }
    engine.assumeIsolated { $0.report(component, level, text, arguments: values) }
    return nil
  }

  private func setTimer(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let number = context.integer(arguments[0])
    let delay = Duration.milliseconds(context.integer(arguments[1]))
    timers[number] = engine.loop.schedule(after: delay) { [unowned self] in fire(number) }
    return nil
  }

  private func fire(_ number: Int) {
    timers[number] = nil
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.fireTimer, [context.value(number)])
    }
  }

  private func clearTimer(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    if let timer = timers.removeValue(forKey: context.integer(arguments[0])) {
      engine.loop.cancel(timer)
    }
    return nil
  }

  private func readLibrary(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    let bytes = try libraries.read(context.description(arguments[0]))
    return context.value(JavaScriptText(bytes))
  }

  private func evaluate(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?], in target: JavaScriptContext
  ) throws -> JSValueRef? {
    guard let text = context.text(arguments[0]) else { return nil }
    return try target.evaluate(text, name: context.description(arguments[1]))
  }

  /// `validate(schema, data)`: the errors as JSON text, or undefined.
  private func validate(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    guard let schema = context.text(arguments[0]), let data = context.text(arguments[1]) else {
      return nil
    }
    let validator = try schemas.get()
    do throws(JavaScriptException) {
      return try validator.errors(of: data, under: schema).map(context.value)
    } catch {
      // Thrown in another context: the job gets an error of its own.
      throw AdaptorError(.invalidSchema, error.description)
    }
  }

  private func sourceLine(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    settings.sourceLine(context.integer(arguments[0])).map { context.value(JavaScriptText($0)) }
  }

  /// `configured(text)`: takes notice of a configuration and answers its number.
  private func configured(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    guard let value = try? raw(context.text(arguments[0]))?.parsed() else {
      return context.value(0)
    }
    engine.assumeIsolated { $0.hideSecrets(of: value) }
    return context.value(sessions.number(of: value))
  }

  /// `redact(value)`: the value without secrets; it crosses as JSON text.
  private func redact(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    guard let value = try? raw(context.text(arguments[0]))?.parsed() else { return nil }
    let redacted = engine.assumeIsolated { $0.redact(value) }
    return context.value(parsing: JavaScriptText(redacted.bytes()))
  }

  /// `finish(outcome, state)`: in the loop's next turn, so that a rejection nobody handles comes first.
  private func finished(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let outcome = Self.outcome(
      raw(context.text(arguments[0])), arguments.count > 1 ? context.text(arguments[1]) : nil)
    isEnding = true
    _ = engine.loop.schedule(after: .zero) { [weak self] in self?.complete(outcome) }
    return nil
  }

  /// `crash(outcome)`: at once.
  private func crashed(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    complete(Self.outcome(raw(context.text(arguments[0])), nil))
    return nil
  }

  private static func outcome(_ raw: RawJSON?, _ state: JavaScriptText?) -> StepOutcome {
    let outcome = (try? raw?.parsed()) ?? .null
    return StepOutcome(
      status: outcome["status"].string.flatMap(StepOutcome.Status.init) ?? .crash, state: state,
      error: outcome["error"].isNull ? nil : outcome["error"])
  }
}

extension AdaptorError.Code {
  /// What is given as a JSON Schema is none.
  static let invalidSchema = Self("invalidSchema")
}
