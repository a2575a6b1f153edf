import AdaptorDHIS2
import AdaptorHTTP
import AdaptorRunner

Tool(
  name: "adaptor", version: "0.1.0",
  adaptors: [Common.self, HTTP.self, DHIS2.self],
  commands: [NewCommand()]
).main()
