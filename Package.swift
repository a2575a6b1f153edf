// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "swift-adaptors",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "AdaptorCore", targets: ["AdaptorCore"]),
    .library(name: "AdaptorHTTP", targets: ["AdaptorHTTP"]),
    .library(name: "AdaptorDHIS2", targets: ["AdaptorDHIS2"]),
    .library(name: "AdaptorPostgreSQL", targets: ["AdaptorPostgreSQL"]),
    .library(name: "AdaptorRunner", targets: ["AdaptorRunner"]),
    .library(name: "AdaptorTesting", targets: ["AdaptorTesting"]),
    .executable(name: "adaptor", targets: ["adaptor"]),
  ],
  targets: [
    // The core: values, operations, the adaptor protocol. Imports nothing of ours.
    .target(
      name: "AdaptorCore",
      swiftSettings: settings,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "AdaptorTesting", dependencies: ["AdaptorCore"], swiftSettings: settings),

    // Adaptors: one folder each, with the C library it stands on, which is loaded at its first use.
    .target(name: "LazyLibrary"),
    .systemLibrary(
      name: "CCurl", path: "Adaptors/HTTP/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .target(
      name: "CurlLoading", dependencies: ["CCurl", "LazyLibrary"], path: "Adaptors/HTTP/CurlLoading"
    ),
    .systemLibrary(
      name: "CXML2", path: "Adaptors/HTTP/CXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .target(
      name: "XML2Loading", dependencies: ["CXML2", "LazyLibrary"], path: "Adaptors/HTTP/XML2Loading"
    ),
    .systemLibrary(
      name: "CCrypto", path: "Adaptors/HTTP/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .target(
      name: "CryptoLoading", dependencies: ["CCrypto", "LazyLibrary"],
      path: "Adaptors/HTTP/CryptoLoading"),
    .systemLibrary(
      name: "CZlib", path: "Adaptors/HTTP/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "AdaptorHTTP",
      dependencies: [
        "AdaptorCore", "CCurl", "CurlLoading", "CXML2", "XML2Loading", "CCrypto", "CryptoLoading",
        "CZlib",
      ],
      path: "Adaptors/HTTP/Sources", swiftSettings: settings),
    .target(
      name: "AdaptorDHIS2", dependencies: ["AdaptorCore", "AdaptorHTTP"],
      path: "Adaptors/DHIS2/Sources", swiftSettings: settings),
    .systemLibrary(
      name: "CLibpq", path: "Adaptors/PostgreSQL/CLibpq", pkgConfig: "libpq",
      providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .target(
      name: "LibpqLoading", dependencies: ["CLibpq", "LazyLibrary"],
      path: "Adaptors/PostgreSQL/LibpqLoading"),
    .target(
      name: "AdaptorPostgreSQL", dependencies: ["AdaptorCore", "CLibpq", "LibpqLoading"],
      path: "Adaptors/PostgreSQL/Sources", swiftSettings: settings),

    // The runner: job files and workflows in an embedded JavaScriptCore.
    .systemLibrary(
      name: "CJavaScriptCore", pkgConfig: "javascriptcoregtk-4.1",
      providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "JavaScriptRuntime"),
    .target(
      name: "AdaptorRunner",
      dependencies: ["AdaptorCore", "CJavaScriptCore", "CYAML", "JavaScriptRuntime"],
      swiftSettings: settings),
    .target(name: "TemplateFiles"),
    .executableTarget(
      name: "adaptor",
      dependencies: [
        "AdaptorCore", "AdaptorRunner", "AdaptorHTTP", "AdaptorDHIS2", "AdaptorPostgreSQL",
        "TemplateFiles",
      ],
      swiftSettings: settings),

    .target(name: "Generators", path: "Tests/Generators", swiftSettings: settings),
    .testTarget(
      name: "AdaptorCoreTests", dependencies: ["AdaptorCore", "Generators"],
      swiftSettings: settings),
    .testTarget(
      name: "AdaptorRunnerTests", dependencies: ["AdaptorRunner", "AdaptorTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "AdaptorHTTPTests", dependencies: ["AdaptorHTTP", "AdaptorTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "AdaptorDHIS2Tests", dependencies: ["AdaptorDHIS2", "AdaptorTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "AdaptorPostgreSQLTests", dependencies: ["AdaptorPostgreSQL", "AdaptorTesting"],
      swiftSettings: settings),

    // Bad input for a minute: Tests/Fuzz/run. No product, and linked by none.
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "AdaptorCore", "AdaptorRunner", "CJavaScriptCore", "Generators", "JavaScriptRuntime",
      ],
      path: "Tests/Fuzz", exclude: ["oracle.py", "run"], sources: ["Sources"],
      swiftSettings: settings),
  ]
)
