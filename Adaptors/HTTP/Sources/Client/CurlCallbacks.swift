import CCurl

// What libcurl calls while a transfer runs.

func headerCallback(
  data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  withTransfer(context, data, size * count) { $0.receiveHeader($1) }
}

func bodyCallback(
  data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  withTransfer(context, data, size * count) { $0.receiveBody($1) }
}

private func withTransfer(
  _ context: UnsafeMutableRawPointer?, _ data: UnsafeMutablePointer<CChar>?, _ count: Int,
  _ body: (CurlTransfer, UnsafeBufferPointer<UInt8>) -> CurlTransfer.Reception
) -> Int {
  guard let context, let data else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  let reception = data.withMemoryRebound(to: UInt8.self, capacity: count) {
    body(transfer, UnsafeBufferPointer(start: $0, count: count))
  }
  switch reception {
  case .taken: return count
  case .later: return Int(CURL_WRITEFUNC_PAUSE)
  case .refused: return 0
  }
}

/// Called before each time that a request goes out.
func sendCallback(
  context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?,
  _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32
) -> Int32 {
  guard let context else { return CURL_PREREQFUNC_ABORT }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

func readCallback(
  buffer: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return Int(CURL_READFUNC_ABORT) }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  transfer.noteActivity()
  return read(
    transfer.bodyReader, UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

func seekCallback(context: UnsafeMutableRawPointer?, offset: curl_off_t, origin: Int32) -> Int32 {
  guard let context else { return CURL_SEEKFUNC_CANTSEEK }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return seek(transfer.bodyReader, offset, origin)
}

/// The same for a part of a form, whose context is its reader.
func partReadCallback(
  buffer: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  let reader = context.map { Unmanaged<BodyReader>.fromOpaque($0).takeUnretainedValue() }
  return read(reader, UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

func partSeekCallback(
  context: UnsafeMutableRawPointer?, offset: curl_off_t, origin: Int32
) -> Int32 {
  let reader = context.map { Unmanaged<BodyReader>.fromOpaque($0).takeUnretainedValue() }
  return seek(reader, offset, origin)
}

private func read(_ reader: BodyReader?, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  switch reader?.read(into: buffer) {
  case .bytes(let count): count
  case .later: Int(CURL_READFUNC_PAUSE)
  case .failed, nil: Int(CURL_READFUNC_ABORT)
  }
}

private func seek(_ reader: BodyReader?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
  guard origin == SEEK_SET, reader?.seek(to: Int(offset)) == true else {
    return CURL_SEEKFUNC_CANTSEEK
  }
  return CURL_SEEKFUNC_OK
}
