import AdaptorDHIS2
import AdaptorHTTP
import AdaptorPostgreSQL
import AdaptorRunner

Tool(
  name: "adaptor", version: "0.1.0",
  adaptors: [Common.self, HTTP.self, DHIS2.self, PostgreSQL.self],
  commands: [NewCommand()]
).main()
