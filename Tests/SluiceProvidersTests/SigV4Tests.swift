import Glibc
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceProviders

@Suite("Signature Version 4")
struct SigV4Tests {
    private static let credentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )

    private static func request(
        _ method: String, _ target: String, _ host: String, _ headers: [(name: String, value: String)],
        _ body: [UInt8], _ now: Int64
    ) -> UnsignedRequest {
        UnsignedRequest(method: method, target: target, authority: host, headers: headers, now: now) { visit in
            // In pieces, as the gateway sends it.
            let half = body.count / 2
            visit(Array(body[..<half]).span)
            visit(Array(body[half...]).span)
        }
    }

    struct Published: Sendable {
        var name: String
        var method = "GET"
        var target = "/"
        var headers: [(name: String, value: String)] = []
        var body = ""
        var signature: String

        static let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    }

    @Test(
        "AWS's published test suite",
        arguments: [
            Published(name: "get-vanilla", signature: Published.vanilla),
            Published(
                name: "get-unreserved",
                target: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
            Published(
                name: "get-utf8", target: "/ሴ",
                signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
            Published(
                name: "get-space", target: "/example space/",
                signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
            Published(name: "get-relative", target: "/example/..", signature: Published.vanilla),
            Published(name: "get-relative-relative", target: "/example1/example2/../..", signature: Published.vanilla),
            Published(name: "get-slash", target: "//", signature: Published.vanilla),
            Published(name: "get-slash-dot-slash", target: "/./", signature: Published.vanilla),
            Published(
                name: "get-slash-pointless-dot", target: "/./example",
                signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
            Published(
                name: "get-slashes", target: "//example//",
                signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
            Published(
                name: "get-vanilla-empty-query-key", target: "/?Param1=value1",
                signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
            Published(
                name: "get-vanilla-query-order-key", target: "/?Param1=value2&Param1=Value1",
                signature: "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
            Published(
                name: "get-vanilla-query-order-key-case", target: "/?Param2=value2&Param1=value1",
                signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            Published(
                name: "get-vanilla-query-order-value", target: "/?Param1=value2&Param1=value1",
                signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
            Published(
                name: "get-header-key-duplicate",
                headers: [("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")],
                signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
            Published(
                name: "get-header-value-order",
                headers: [
                    ("my-header1", "value4"), ("my-header1", "value1"), ("my-header1", "value3"),
                    ("my-header1", "value2"),
                ],
                signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
            Published(
                name: "get-header-value-trim",
                headers: [("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
                signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
            Published(
                name: "post-vanilla", method: "POST",
                signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            Published(
                name: "post-x-www-form-urlencoded", method: "POST",
                headers: [("content-type", "application/x-www-form-urlencoded")], body: "Param1=value1",
                signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        ])
    func published(expected: Published) {
        let signer = SigV4Signer(region: "us-east-1", service: "service") { _ in true }
        let request = Self.request(
            expected.method, expected.target, "example.amazonaws.com", expected.headers, Array(expected.body.utf8),
            1_440_938_160)
        let added = signer.headers(for: request, with: Self.credentials)
        #expect(added.map(\.name) == ["x-amz-date", "authorization"])
        #expect(added.first?.value == "20150830T123600Z")
        #expect(added.last?.value.hasSuffix("Signature=\(expected.signature)") == true, "\(expected.name)")
    }

    @Test("what botocore signs for Bedrock's paths, and its fields")
    func botocore() throws {
        let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = try #require(Self.read("\(folder)/Fixtures/sigv4/botocore.json"))
        let cases = try JSONDocument(parsing: bytes).root
        #expect(cases.count == 8)
        for item in cases.elements {
            let name = try #require(item["name"]?.stringValue)
            let headers = item["headers"]?.elements.compactMap { pair -> (name: String, value: String)? in
                guard let name = pair[0]?.stringValue, let value = pair[1]?.stringValue else { return nil }
                return (name, value)
            }
            var credentials = Self.credentials
            credentials.sessionToken = item["token"]?.stringValue.map { Secret($0) }
            let request = Self.request(
                try #require(item["method"]?.stringValue),
                try #require(item["target"]?.stringValue),
                try #require(item["host"]?.stringValue),
                // What is not signed changes nothing.
                try #require(headers) + [
                    ("user-agent", "u"), ("x-request-id", "r"), ("accept", "a"), ("traceparent", "t"),
                ],
                Array(try #require(item["body"]?.stringValue).utf8),
                Int64(try #require(item["time"]?.intValue))
            )
            let signer = SigV4Signer(
                region: try #require(item["region"]?.stringValue), service: try #require(item["service"]?.stringValue))
            for _ in 0..<2 {
                let added = signer.headers(for: request, with: credentials)
                #expect(added.first { $0.name == "x-amz-date" }?.value == item["date"]?.stringValue, "\(name)")
                #expect(
                    added.first { $0.name == "x-amz-security-token" }?.value == item["token"]?.stringValue, "\(name)")
                #expect(added.last?.value == item["authorization"]?.stringValue, "\(name)")
            }
        }
    }

    @Test("the day's key is made anew for another day and for other keys")
    func derivedKey() {
        let signer = SigV4Signer(region: "eu-west-1", service: "bedrock")
        func signature(_ now: Int64, _ credentials: AWSCredentials) -> String? {
            signer.headers(for: Self.request("POST", "/", "h", [], [], now), with: credentials).last?.value
        }
        var other = Self.credentials
        other.secretAccessKey = Secret("another")
        let first = signature(1_440_938_160, Self.credentials)
        #expect(signature(1_440_938_160, other) != first)
        #expect(signature(1_441_024_560, Self.credentials) != first)
        #expect(signature(1_440_938_160, Self.credentials) == first)
    }

    @Test("Bedrock signs with keys and not with a key of its own")
    func provider() async throws {
        let endpoint = Endpoint(isSecure: true, host: "bedrock-runtime.eu-west-1.amazonaws.com", port: 443, path: "")
        var settings = ProviderSettings(name: "b", kind: "bedrock", endpoint: endpoint, region: "eu-west-1")
        settings.credentials = CredentialStore(name: "b", source: .fixed(.aws(Self.credentials)))
        let signing = try #require(ProviderRegistry.make(settings))
        #expect(signing.signsRequests)
        try await signing.prepareCredentials()
        #expect(signing.address(surface: .converse, model: "m")?.headers.isEmpty == true)
        let request = Self.request("POST", "/model/m/converse", endpoint.host, [], [], 0)
        #expect(try signing.signature(of: request).map(\.name) == ["x-amz-date", "authorization"])
        #expect(signing.leaksCredential("bad key wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
        settings.keys = [Secret("bedrock-key-1")]
        let bearer = try #require(ProviderRegistry.make(settings))
        #expect(!bearer.signsRequests)
        try await bearer.prepareCredentials()
        #expect(try bearer.signature(of: request).isEmpty)
    }

    @Test("without credentials or a region there is no signature, and it is said why")
    func missing() async throws {
        let endpoint = Endpoint(isSecure: true, host: "127.0.0.1", port: 443, path: "")
        var settings = ProviderSettings(name: "b", kind: "bedrock", endpoint: endpoint)
        let request = Self.request("POST", "/", "h", [], [], 0)
        let homeless = try #require(ProviderRegistry.make(settings))
        #expect(throws: GatewayError.self) { try homeless.signature(of: request) }
        settings.region = "eu-west-1"
        settings.credentials = CredentialStore(name: "b", source: .missing(CredentialError("there are none")))
        let poor = try #require(ProviderRegistry.make(settings))
        let error = await #expect(throws: GatewayError.self) { try await poor.prepareCredentials() }
        #expect(error?.kind == .upstreamCredentials)
        #expect(error?.message == "No credentials for the provider b; the gateway's log says why.")
        #expect(throws: GatewayError.self) { try poor.signature(of: request) }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
