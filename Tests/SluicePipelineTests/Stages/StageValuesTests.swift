import SluiceCore
import Testing

@testable import SluicePipeline

@Suite("SurfaceTable")
struct SurfaceTableTests {
    @Test("every surface of a client is found at its route, with the model where that is in the path")
    func routes() {
        for surface in Surface.allCases where surface.isClientSurface {
            let path = surface.route.replacing("{model}", with: "a%2Fb").replacing("{id}", with: "a%2Fb")
            // This path is Jina's too; the body tells them apart.
            let expected = surface == .teiRerank ? Surface.rerank : surface
            let found = SurfaceTable.find(path[...])
            #expect(found.surface == expected, "\(path)")
            #expect(found.model == (surface.route.contains("{") ? "a/b" : nil), "\(path)")
        }
    }

    @Test("OpenAI's surfaces are there without /v1 as well")
    func short() {
        for surface in [Surface.chat, .responses, .embeddings, .models, .imageEdits] {
            #expect(SurfaceTable.find(surface.route.dropFirst(3)).surface == surface)
        }
    }

    @Test("surfaces of providers alone are no paths of clients")
    func provider() {
        for surface in Surface.allCases where !surface.isClientSurface {
            let path = surface.route.replacing("{model}", with: "m")
            #expect(SurfaceTable.find(path[...]).surface == .unknown, "\(path)")
        }
    }

    @Test(
        "models in paths, however their clients write them",
        arguments: [
            ("/v1beta/models/gemini-2.5-pro:generateContent", Surface.generateContent, "gemini-2.5-pro"),
            ("/v1/models/a/b:streamGenerateContent", .streamGenerateContent, "a/b"),
            ("/v1beta/models/llama3:8b:countTokens", .geminiCountTokens, "llama3:8b"),
            ("/v1beta/models/m:embedContent", .embedContent, "m"),
            (
                "/v1/projects/p/locations/l/publishers/google/models/gemini-3:generateContent", .generateContent,
                "gemini-3"
            ),
            (
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x/converse", .converse,
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.x"
            ),
            ("/model/a/b/converse-stream", .converseStream, "a/b"), ("/anthropic/v1/messages", .messages, nil),
            ("/anthropic/v1/messages/count_tokens", .countTokens, nil), ("/v1beta/models/x", .geminiModel, "x"),
        ] as [(String, Surface, String?)])
    func pathModels(path: String, surface: Surface, model: String?) {
        #expect(SurfaceTable.find(path[...]) == SurfaceTable.Found(surface: surface, model: model))
    }

    @Test(
        "a model's id is all that follows, decoded",
        arguments: [
            ("/v1/models/gpt-4o", "gpt-4o"), ("/models/gpt-4o", "gpt-4o"), ("/v1/models/meta/llama-3", "meta/llama-3"),
            ("/v1/models/meta%2Fllama-3", "meta/llama-3"), ("/v1/models/a%20b", "a b"), ("/v1/models/%C3%BC", "ü"),
            ("/v1/models/a+b", "a+b"), ("/v1/models/a:b", "a:b"), ("/v1/models//x", "/x"),
        ])
    func model(path: String, id: String) {
        let found = SurfaceTable.find(path[...])
        #expect(found.surface == .model)
        #expect(found.model == id)
    }

    @Test(
        "what is no path of the gateway",
        arguments: [
            "", "/", "/v1", "/v1/", "/v1/chat", "/v1/chat/completions/", "/V1/chat/completions", "/v2/chat/completions",
            "/v1beta/models/:generateContent", "/model//converse", "/model/x/invoke",
            "/v2/chat",
            "//v1/chat/completions", "/v1//chat/completions", "/v1/models/", "/models/", "/v1/models/%",
            "/v1/models/%2",
            "/v1/models/%zz", "/v1/models/%FF", "/v1/../v1/models", "/other", "other", "/v1/models{id}", "/chat",
        ])
    func unknown(path: String) {
        let found = SurfaceTable.find(path[...])
        #expect(found.surface == .unknown)
        #expect(found.model == nil)
    }
}

@Suite("PercentDecoding")
struct PercentDecodingTests {
    @Test(
        "escapes of either case, and what is none",
        arguments: [
            ("", ""), ("abc", "abc"), ("%41%62%2f%2F", "Ab//"), ("%e2%82%ac", "€"), ("€", "€"), ("%25", "%"),
            ("a%00b", "a\u{0}b"),
            ("%", nil), ("%4", nil), ("%4g", nil), ("%g4", nil), ("%%41", nil), ("%FF", nil), ("%C3", nil),
            ("x%e2%82", nil),
        ] as [(String, String?)])
    func table(text: String, decoded: String?) {
        #expect(PercentDecoding.decode(text[...]) == decoded)
    }
}

@Suite("MediaType")
struct MediaTypeTests {
    @Test(
        "the essence alone counts",
        arguments: [
            ("application/json", "application/json"), ("Application/JSON; charset=utf-8", "application/json"),
            (" text/event-stream ;x=y", "text/event-stream"), ("text/plain,application/json", "text/plain"), ("", ""),
            (";", ""), ("a\r\nb", "ab"), ("application/json\u{0}", "application/json"),
        ])
    func essence(value: String, essence: String) {
        #expect(MediaType.essence(value) == essence)
    }

    @Test("a type as long as a book is cut")
    func long() {
        #expect(MediaType.essence(String(repeating: "x", count: 100_000)).utf8.count <= 100)
    }

    @Test(
        "JSON and event streams",
        arguments: [
            ("application/json", true, false), ("application/problem+json", true, false),
            ("APPLICATION/JSON;a", true, false),
            ("application/jsonl", false, false), ("text/event-stream", false, true),
            ("Text/Event-Stream; charset=utf-8", false, true),
            ("text/event-stream2", false, false), ("", false, false), (nil, false, false),
        ] as [(String?, Bool, Bool)])
    func kinds(value: String?, isJSON: Bool, isEventStream: Bool) {
        #expect(MediaType.isJSON(value) == isJSON)
        #expect(MediaType.isEventStream(value) == isEventStream)
    }
}

@Suite("AcceptEncoding")
struct AcceptEncodingTests {
    @Test(
        "gzip is taken where it is named with a weight above zero",
        arguments: [
            ("gzip", true), ("GZIP", true), ("br, gzip", true), ("gzip;q=1.0, br", true), ("gzip; q=0.001", true),
            ("deflate,gzip;q=0.5", true), ("gzip;q=0", false), ("gzip;q=0.000", false), ("gzip ; Q=0", false),
            ("", false),
            ("br", false), ("identity", false), ("gzipped", false), ("x-gzip", false), ("*", false), (",,;,", false),
        ])
    func table(value: String, takesGzip: Bool) {
        #expect(AcceptEncoding.takesGzip(value) == takesGzip)
    }
}

@Suite("TraceContext")
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    @Test("a well-formed field is continued with a span of the gateway's own")
    func continued() throws {
        let context = try #require(TraceContext("00-\(Self.trace)-b7ad6b7169203331-01"))
        #expect(context.traceID == Self.trace)
        struct Fixed: RandomNumberGenerator {
            var value: UInt64
            mutating func next() -> UInt64 { self.value }
        }
        var small = Fixed(value: 1)
        #expect(context.continued(using: &small) == "00-\(Self.trace)-0000000000000001-01")
        var zero = Fixed(value: 0)
        #expect(context.continued(using: &zero) == "00-\(Self.trace)-0000000000000001-01")
        var large = Fixed(value: .max)
        #expect(context.continued(using: &large) == "00-\(Self.trace)-ffffffffffffffff-01")
        var random = SystemRandomNumberGenerator()
        #expect(TraceContext(context.continued(using: &random)) == context)
    }

    @Test("later versions may have more, and are continued as the first")
    func later() throws {
        #expect(TraceContext("01-\(Self.trace)-b7ad6b7169203331-00-more")?.traceID == Self.trace)
        #expect(TraceContext("cc-\(Self.trace)-b7ad6b7169203331-00")?.traceID == Self.trace)
    }

    @Test(
        "what is malformed is no trace",
        arguments: [
            "", "00", "00-\(Self.trace)-b7ad6b7169203331", "00-\(Self.trace)-b7ad6b7169203331-01-more",
            "ff-\(Self.trace)-b7ad6b7169203331-01", "00-\(Self.trace.uppercased())-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-\(Self.trace)-0000000000000000-01",
            "00-\(Self.trace)x-b7ad6b7169203331-01", "00-\(Self.trace)-b7ad6b716920333g-01",
            "0-\(Self.trace)-b7ad6b7169203331-01",
            "00_\(Self.trace)_b7ad6b7169203331_01", " 00-\(Self.trace)-b7ad6b7169203331-01",
        ])
    func malformed(text: String) {
        #expect(TraceContext(text) == nil)
    }
}

@Suite("ClientAddress and Quoted")
struct ClientAddressTests {
    @Test(
        "only what trusted proxies appended is believed",
        arguments: [
            (nil, "192.0.2.1", nil), ("10.0.0.1", nil, "10.0.0.1"), ("192.0.2.9", "198.51.100.1", "192.0.2.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"), ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5"), ("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "2001:db8::1", "2001:db8::1"), ("10.0.0.1", "evil\nname, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", "unknown", "10.0.0.1"), ("10.0.0.1", " , ", "10.0.0.1"),
        ] as [(String?, String?, String?)])
    func addresses(peer: String?, forwardedFor: String?, address: String?) {
        let found = ClientAddress.resolve(peer: peer, forwardedFor: forwardedFor) { $0.hasPrefix("10.") }
        #expect(found == address)
    }

    @Test(
        "a name in a message is one line, and no longer than one",
        arguments: [
            ("gpt-4o", "'gpt-4o'"), ("a\r\nb\u{0}\u{7F}", "'ab'"), ("", "''"), ("ü€", "'ü€'"),
        ])
    func quoted(name: String, shown: String) {
        #expect(Quoted.name(name) == shown)
    }

    @Test("a name as long as a book is cut")
    func longName() {
        #expect(Quoted.name(String(repeating: "x", count: 10_000)).utf8.count == 102)
    }
}

extension String {
    fileprivate func replacing(_ text: String, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(text) {
                result += other
                rest = rest.dropFirst(text.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
