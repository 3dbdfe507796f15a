// swift-tools-version: 6.1
import PackageDescription

#if canImport(Glibc)
    import Glibc
#endif

// Each flag and its proposal: ExistentialAny SE-0335, MemberImportVisibility SE-0444, InternalImportsByDefault SE-0409,
// NonisolatedNonsendingByDefault SE-0461, Lifetimes (experimental; SE-0446 and the lifetime-dependency pitch).
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    // One section for each function, so that the linker can leave out those that nobody calls, though they be public.
    .unsafeFlags(
        ["-Xfrontend", "-function-sections", "-Xfrontend", "-internalize-at-link"], .when(configuration: .release)),
]
// What runs at start, at a reload or beside the data plane is made small rather than fast.
let smallSettings = settings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

// Position-independent code has some hundred thousand relative relocations. Packed they take 2.5 MiB less; glibc loads them
// since 2.36.
#if canImport(Glibc)
    var glibcName = [CChar](repeating: 0, count: 32)
    // "glibc 2.36".
    let glibcLength = confstr(Int32(_CS_GNU_LIBC_VERSION), &glibcName, glibcName.count)
    let glibc = String(decoding: glibcName.prefix(max(0, glibcLength - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let glibcVersion = glibc.dropFirst("glibc ".count).split(separator: ".").compactMap { Int($0) }
    let packsRelocations = !glibcVersion.lexicographicallyPrecedes([2, 36])
#else
    let packsRelocations = false
#endif
let packing: [String] = packsRelocations ? ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"] : []

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")

let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "sluice", targets: ["sluice"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        // As jwt-kit spells them, which uses them too.
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        // Without traits: its defaults bring full Foundation, 44 MB of binary.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CArgon2", path: "Sources/CArgon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CPostgreSQL", path: "Sources/CPostgreSQL", providers: [.apt(["libpq-dev"])]),
        // The standard library rounds numbers by means of libm, which nothing else here brings in.
        .target(name: "SluiceWire", swiftSettings: settings, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "SluiceCore", dependencies: ["SluiceWire"], swiftSettings: settings),
        .target(name: "SluiceRouting", dependencies: ["SluiceCore"], swiftSettings: settings),
        .target(name: "SluicePolicies", dependencies: ["SluiceCore", "SluiceWire"], swiftSettings: settings),
        .target(
            name: "SluiceProviders",
            dependencies: ["SluiceCore", "SluiceWire", crypto, cryptoExtras],
            swiftSettings: settings
        ),
        .target(
            name: "SluiceStores",
            dependencies: [
                "CLinux", "CPostgreSQL", "CSQLite", "SluiceCore", "SluiceWire", crypto, nioCore, nioPosix, nioSSL,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SluiceIdentity",
            dependencies: ["CArgon2", "CLinux", "SluiceCore", "SluiceWire", crypto, cryptoExtras, jwtKit],
            swiftSettings: settings
        ),
        .target(
            name: "SluiceAdmin",
            dependencies: [
                "SluiceCore", "SluiceHTTP", "SluicePipeline", "SluiceRouting", "SluiceWire", hummingbird, httpTypes,
                nioCore, nioHTTP1, logging,
            ],
            swiftSettings: smallSettings
        ),
        .target(
            name: "SluiceHTTP",
            dependencies: [
                "SluiceCore", "CZlib", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, nioHTTP2, nioExtras, asn1, deque,
                x509,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SluicePipeline",
            dependencies: ["SluiceCore", "SluiceWire", "SluiceRouting", "SluiceHTTP", nioCore, nioHTTP1],
            swiftSettings: settings
        ),
        .target(
            name: "SluiceConfig",
            dependencies: ["SluiceCore", "SluiceWire", "CYAML"],
            swiftSettings: smallSettings
        ),
        .systemLibrary(name: "CYAML", path: "Sources/CYAML", providers: [.apt(["libyaml-dev"])]),
        .target(name: "SluiceTelemetry", dependencies: ["SluiceCore", "SluiceWire", logging], swiftSettings: settings),
        .target(
            name: "SluiceMock", dependencies: ["SluiceWire", crypto, nioCore, nioPosix, nioHTTP1],
            swiftSettings: smallSettings),
        .target(
            name: "SluiceServer",
            dependencies: [
                "CLinux", "SluiceAdmin", "SluiceConfig", "SluiceCore", "SluiceHTTP", "SluiceIdentity", "SluiceMock",
                "SluicePipeline", "SluicePolicies", "SluiceProviders", "SluiceRouting", "SluiceStores",
                "SluiceTelemetry", "SluiceWire", crypto, logging, nioCore, nioHTTP1, nioPosix, serviceLifecycle,
                unixSignals,
            ],
            swiftSettings: smallSettings
        ),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "SluiceAdmin", "SluiceConfig", "SluiceCore", "SluiceServer", "SluiceWire", argumentParser, logging,
                serviceLifecycle,
                unixSignals,
            ],
            swiftSettings: smallSettings,
            // Nothing loads this binary as a library: its symbols need not be seen, and what nobody calls can go. The toolchain's
            // lld makes it 0.1 MiB smaller than gold does.
            linkerSettings: [
                .unsafeFlags(
                    ["-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--gc-sections"] + packing),
                .unsafeFlags(
                    ["-Xlinker", "\(Context.packageDirectory)/scripts/sluice.ld"], .when(configuration: .release)),
            ]
        ),
        .target(name: "CMallocCount", path: "Benchmarks/CMallocCount"),
        .executableTarget(
            name: "telemetry-bench",
            dependencies: ["SluiceTelemetry", "SluiceCore", "SluiceWire", "CMallocCount"],
            path: "Benchmarks/telemetry-bench",
            swiftSettings: settings
        ),
        .target(name: "SluiceFuzz", dependencies: ["SluiceWire"], path: "Fuzz/SluiceFuzz", swiftSettings: settings),
        .executableTarget(
            name: "sluice-fuzz",
            dependencies: ["SluiceFuzz"],
            path: "Fuzz/sluice-fuzz",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "json-bench",
            dependencies: ["SluiceWire"],
            path: "Benchmarks/json-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "routing-bench",
            dependencies: ["SluiceRouting", "SluiceCore"],
            path: "Benchmarks/routing-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "wire-bench",
            dependencies: ["SluiceWire"],
            path: "Benchmarks/wire-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "limits-bench",
            dependencies: [
                "SluiceConfig", "SluiceCore", "SluiceIdentity", "SluicePolicies", "SluiceServer", "SluiceWire",
                "CMallocCount", logging,
            ],
            path: "Benchmarks/limits-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "identity-bench",
            dependencies: ["SluiceIdentity", "SluiceCore", "SluiceStores", "CMallocCount"],
            path: "Benchmarks/identity-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ledger-bench",
            dependencies: ["SluiceStores", "SluiceCore", "SluiceWire", "CMallocCount"],
            path: "Benchmarks/ledger-bench",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluicePoliciesTests",
            dependencies: ["SluicePolicies", "SluiceCore", "SluiceWire"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceWireTests",
            dependencies: ["SluiceWire", "SluiceFuzz"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceMockTests",
            dependencies: ["SluiceMock", "SluiceWire", nioCore, nioPosix, nioHTTP1],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceConfigTests",
            dependencies: ["SluiceConfig", "SluiceCore", "SluiceWire"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceTelemetryTests",
            dependencies: ["SluiceTelemetry", "SluiceCore", "SluiceWire", logging],
            swiftSettings: settings
        ),
        .testTarget(name: "SluiceCoreTests", dependencies: ["SluiceCore", "SluiceWire"], swiftSettings: settings),
        .testTarget(
            name: "SluiceHTTPTests",
            dependencies: ["SluiceHTTP", "SluiceCore", nioCore, nioEmbedded, nioHTTP1, nioHTTP2, nioPosix, nioSSL],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceRoutingTests", dependencies: ["SluiceRouting", "SluiceCore"], swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceProvidersTests",
            dependencies: ["SluiceProviders", "SluiceCore", "SluiceWire", crypto, cryptoExtras],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceStoresTests", dependencies: ["SluiceStores", "SluiceCore", "SluiceWire", nioCore, nioPosix],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceIdentityTests",
            dependencies: ["SluiceIdentity", "SluiceCore", "SluiceStores", "SluiceWire", crypto, jwtKit],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceAdminTests",
            dependencies: [
                "SluiceAdmin", "SluiceCore", "SluiceHTTP", "SluicePipeline", "SluiceRouting", "SluiceStores",
                "SluiceWire",
                hummingbird, httpTypes, nioCore, nioPosix, nioHTTP1, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluicePipelineTests",
            dependencies: [
                "SluicePipeline", "SluiceCore", "SluiceHTTP", "SluiceProviders", "SluiceRouting", "SluiceWire", nioCore,
                nioEmbedded, nioHTTP1,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SluiceServerTests",
            dependencies: [
                "SluiceServer", "SluiceConfig", "SluiceCore", "SluiceHTTP", "SluiceIdentity", "SluiceMock",
                "SluicePipeline", "SluicePolicies", "SluiceProviders", "SluiceRouting", "SluiceStores",
                "SluiceTelemetry", "SluiceWire", logging, nioCore, nioPosix,
            ],
            swiftSettings: settings
        ),
    ]
)
