import CCurl

// What libcurl calls while a transfer runs.

func headerCallback(
  data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  withTransfer(context, data, size * count) {
    $0.receiveHeader($1)
    return .taken
  }
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
