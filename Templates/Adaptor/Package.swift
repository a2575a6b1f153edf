// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "example-adaptor",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ExampleAdaptor", targets: ["ExampleAdaptor"]),
    .executable(name: "example", targets: ["example"]),
  ],
  dependencies: [.package(name: "swift-adaptors", path: "../..")],
  targets: [
    .target(
      name: "ExampleAdaptor",
      dependencies: [
        .product(name: "AdaptorCore", package: "swift-adaptors"),
        .product(name: "AdaptorHTTP", package: "swift-adaptors"),
      ]),
    .executableTarget(
      name: "example",
      dependencies: [
        "ExampleAdaptor",
        .product(name: "AdaptorHTTP", package: "swift-adaptors"),
        .product(name: "AdaptorRunner", package: "swift-adaptors"),
      ]),
    .testTarget(
      name: "ExampleAdaptorTests",
      dependencies: [
        "ExampleAdaptor", .product(name: "AdaptorTesting", package: "swift-adaptors"),
      ]),
  ]
)
