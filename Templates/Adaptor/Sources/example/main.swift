import AdaptorHTTP
import AdaptorRunner
import ExampleAdaptor

// A runner like `adaptor`, with this adaptor on board: example job.js -a example
Tool(name: "example", version: "1.0.0", adaptors: [Example.self, Common.self, HTTP.self]).main()
