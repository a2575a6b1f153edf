/// An input that fails its check.
struct Failure: Error {
  let reason: String
  let input: [UInt8]
}
