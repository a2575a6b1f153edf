import AdaptorHTTP
import AdaptorRunner

Tool(name: "adaptor", version: "0.1.0", adaptors: [Common.self]).main()
