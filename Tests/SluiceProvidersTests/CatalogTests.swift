import SluiceCore
import SluiceProviders
import Testing

@Suite("The provider catalogue")
struct CatalogTests {
    static func provider(
        _ kind: String,
        path: String = "/v1",
        keys: [String] = ["key-1234567890"],
        version: String? = nil,
        headers: [(name: String, value: Secret)] = [],
        forwarded: [String] = []
    ) throws -> any Provider {
        try #require(
            ProviderRegistry.make(
                ProviderSettings(
                    name: "p",
                    kind: kind,
                    endpoint: Endpoint(isSecure: true, host: "h.example", port: 443, path: path),
                    keys: keys.map { Secret($0) },
                    apiVersion: version,
                    headers: headers,
                    forwardedHeaders: forwarded
                )
            )
        )
    }

    private static let paths: [Surface: String] = [
        .chat: "/chat/completions", .completions: "/completions", .embeddings: "/embeddings",
        .moderations: "/moderations",
        .imageGenerations: "/images/generations", .imageEdits: "/images/edits", .imageVariations: "/images/variations",
        .speech: "/audio/speech", .transcriptions: "/audio/transcriptions", .translations: "/audio/translations",
        .rerank: "/rerank", .responses: "/responses", .models: "/models",
    ]

    @Test(
        "every row has a kind of its own, and every kind makes a provider",
        arguments: ProviderRegistry.kinds.map(\.kind))
    func kinds(kind: String) throws {
        #expect(ProviderRegistry.kinds.count { $0.kind == kind } == 1)
        let provider = try Self.provider(kind)
        #expect(provider.kind == kind)
        #expect(provider.name == "p")
        #expect(provider.dialect == .openAIChat)
    }

    @Test(
        "the vendors that are promised are there",
        arguments: [
            "openai", "azure", "groq", "mistral", "together", "fireworks", "deepseek", "xai", "openrouter",
            "perplexity", "ollama",
            "vllm", "sglang", "tgi", "tei", "llama.cpp", "openai-compatible", "mock",
        ])
    func promised(kind: String) {
        #expect(ProviderRegistry.kinds.contains { $0.kind == kind })
    }

    @Test(
        "every row serves its surfaces at OpenAI's paths below its base, and no other",
        arguments: ProviderRegistry.kinds.filter { $0.kind != "azure" }.map(\.kind))
    func addresses(kind: String) throws {
        let row = try #require(ProviderRegistry.kinds.first { $0.kind == kind })
        let provider = try Self.provider(kind, path: "/base/v1")
        for surface in Surface.allCases {
            let address = provider.address(surface: surface, model: "m")
            guard row.surfaces.contains(surface) else {
                #expect(address == nil)
                continue
            }
            let path = try #require(Self.paths[surface])
            #expect(address?.target == row.rootPaths[surface] ?? "/base/v1\(path)")
            let headers = address?.headers.map { "\($0.name): \($0.value)" }
            #expect(headers == ["authorization: Bearer key-1234567890"])
        }
        #expect(row.surfaces.contains(.chat) || kind == "tei")
    }

    @Test(
        "base URLs are HTTPS but for what runs at home, and have no slash at their end",
        arguments: ProviderRegistry.kinds.compactMap(\.baseURL))
    func baseURLs(url: String) {
        #expect(url.hasPrefix("https://") || url.hasPrefix("http://127.0.0.1:"))
        #expect(!url.hasSuffix("/"))
    }

    @Test("no key, no field of it")
    func noKey() throws {
        #expect(try Self.provider("ollama", keys: []).address(surface: .chat, model: "m")?.headers.isEmpty == true)
    }

    @Test("TEI ranks at its root")
    func tei() throws {
        #expect(try Self.provider("tei", path: "/v1").address(surface: .rerank, model: "m")?.target == "/rerank")
        #expect(
            try Self.provider("tei", path: "/v1").address(surface: .embeddings, model: "m")?.target == "/v1/embeddings")
    }

    @Test("configured fields go with every request, in lower case")
    func fixedHeaders() throws {
        let provider = try Self.provider("openai", headers: [(name: "X-Team", value: Secret("a"))])
        let headers = provider.address(surface: .chat, model: "m")?.headers.map { "\($0.name): \($0.value)" }
        #expect(headers == ["x-team: a", "authorization: Bearer key-1234567890"])
    }

    @Test("client fields of the same vendor go, others do not, and the configuration widens that")
    func forwarded() throws {
        let openAI = try Self.provider("openai", forwarded: ["x-extra"]).forwardedHeaders
        for name in ["openai-beta", "OpenAI-Organization", "openai-project", "idempotency-key", "x-extra"] {
            #expect(openAI.includes(name))
        }
        for name in ["authorization", "x-api-key", "cookie", "anthropic-version", "x-mock-delay", "user-agent"] {
            #expect(!openAI.includes(name))
        }
        #expect(try Self.provider("mock").forwardedHeaders.includes("x-mock-delay"))
        #expect(try !Self.provider("groq").forwardedHeaders.includes("openai-beta"))
    }

    @Test("an unknown kind makes nothing")
    func unknown() {
        let endpoint = Endpoint(isSecure: true, host: "h", port: 443, path: "")
        #expect(ProviderRegistry.make(ProviderSettings(name: "p", kind: "nobody", endpoint: endpoint)) == nil)
    }
}
