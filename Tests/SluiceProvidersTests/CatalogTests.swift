import SluiceCore
import SluiceProviders
import SluiceWire
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

    /// Where each kind has its surfaces, from the origin's root, at its usual base URL. `everything` is `Catalog`'s.
    private static let openAI: [Surface: String] = [
        .chat: "/chat/completions", .completions: "/completions", .embeddings: "/embeddings",
        .moderations: "/moderations",
        .imageGenerations: "/images/generations", .imageEdits: "/images/edits", .imageVariations: "/images/variations",
        .speech: "/audio/speech", .transcriptions: "/audio/transcriptions", .translations: "/audio/translations",
        .rerank: "/rerank", .responses: "/responses", .responsesInputTokens: "/responses/input_tokens",
        .messages: "/messages", .countTokens: "/messages/count_tokens", .models: "/models",
    ]

    @Test(
        "every row has a kind of its own, and every kind makes a provider",
        arguments: ProviderRegistry.kinds.map(\.kind))
    func kinds(kind: String) throws {
        #expect(ProviderRegistry.kinds.count { $0.kind == kind } == 1)
        let row = try #require(ProviderRegistry.kinds.first { $0.kind == kind })
        let provider = try Self.provider(kind)
        #expect(provider.kind == kind)
        #expect(provider.name == "p")
        #expect(provider.dialect == row.dialect)
    }

    @Test(
        "the vendors that are promised are there",
        arguments: [
            "openai", "azure", "groq", "mistral", "together", "fireworks", "deepseek", "moonshot", "xai", "openrouter",
            "perplexity", "anthropic", "gemini", "vertex", "bedrock", "cohere", "ollama", "vllm", "sglang", "tgi",
            "tei",
            "llama.cpp", "openai-compatible", "mock",
        ])
    func promised(kind: String) {
        #expect(ProviderRegistry.kinds.contains { $0.kind == kind })
    }

    @Test(
        "a row of OpenAI's dialect serves its surfaces at OpenAI's paths below its base, and no other",
        arguments: ProviderRegistry.kinds.filter { $0.dialect == .openAIChat && !["azure", "mock"].contains($0.kind) }
            .map(\.kind))
    func addresses(kind: String) throws {
        let row = try #require(ProviderRegistry.kinds.first { $0.kind == kind })
        let provider = try Self.provider(kind, path: "/base/v1")
        for surface in Surface.allCases {
            let address = provider.address(surface: surface, model: "m")
            guard row.surfaces.contains(surface) else {
                #expect(address == nil)
                continue
            }
            let path = try #require(Self.openAI[surface])
            #expect(address?.target == "/base/v1\(path)")
            let headers = address?.headers.map { "\($0.name): \($0.value)" }
            #expect(headers == ["authorization: Bearer key-1234567890"])
        }
        #expect(row.surfaces.contains(.chat))
        #expect(provider.surface(for: .chat, isStreaming: true) == .chat)
        #expect(
            provider.surface(for: .embed, isStreaming: false)
                == (row.surfaces.contains(.embeddings) ? .embeddings : nil))
        #expect(provider.surface(for: .rerank, isStreaming: false) == (row.surfaces.contains(.rerank) ? .rerank : nil))
        #expect(
            provider.surface(for: .countTokens, isStreaming: false) == (kind == "openai" ? .responsesInputTokens : nil))
        #expect(provider.surface(for: .native, isStreaming: false) == nil)
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
        #expect(try !Self.provider("groq").forwardedHeaders.includes("openai-beta"))
    }

    @Test("an unknown kind makes nothing")
    func unknown() {
        let endpoint = Endpoint(isSecure: true, host: "h", port: 443, path: "")
        #expect(ProviderRegistry.make(ProviderSettings(name: "p", kind: "nobody", endpoint: endpoint)) == nil)
    }
}
