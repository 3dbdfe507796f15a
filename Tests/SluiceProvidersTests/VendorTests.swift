import SluiceCore
import SluiceProviders
import SluiceWire
import Testing

@Suite("Vendors with a dialect of their own")
struct VendorTests {
    private static func target(
        _ kind: String, _ surface: Surface, model: String = "m", path: String = ""
    ) throws -> String? {
        try CatalogTests.provider(kind, path: path).address(surface: surface, model: model)?.target
    }

    @Test(
        "each surface at its vendor's path, below the base URL",
        arguments: [
            ("anthropic", .messages, "/v1/messages"), ("anthropic", .countTokens, "/v1/messages/count_tokens"),
            ("gemini", .generateContent, "/v1beta/models/m:generateContent"),
            ("gemini", .streamGenerateContent, "/v1beta/models/m:streamGenerateContent?alt=sse"),
            ("gemini", .geminiCountTokens, "/v1beta/models/m:countTokens"),
            ("gemini", .embedContent, "/v1beta/models/m:embedContent"),
            ("gemini", .batchEmbedContents, "/v1beta/models/m:batchEmbedContents"),
            ("bedrock", .converse, "/model/m/converse"), ("bedrock", .converseStream, "/model/m/converse-stream"),
            ("bedrock", .bedrockCountTokens, "/model/m/count-tokens"), ("bedrock", .invokeModel, "/model/m/invoke"),
            ("ollama", .ollamaChat, "/api/chat"), ("ollama", .ollamaGenerate, "/api/generate"),
            ("ollama", .ollamaEmbed, "/api/embed"), ("ollama", .chat, "/v1/chat/completions"),
            ("ollama", .responses, "/v1/responses"), ("ollama", .messages, "/v1/messages"),
            ("ollama", .models, "/v1/models"), ("ollama", .ollamaTags, "/api/tags"),
            ("cohere", .cohereChat, "/v2/chat"), ("cohere", .cohereEmbed, "/v2/embed"),
            ("cohere", .cohereRerank, "/v2/rerank"),
            ("tei", .teiEmbed, "/embed"), ("tei", .teiRerank, "/rerank"), ("tei", .embeddings, "/v1/embeddings"),
        ] as [(String, Surface, String)])
    func paths(kind: String, surface: Surface, target: String) throws {
        #expect(try Self.target(kind, surface) == target)
        #expect(try Self.target(kind, surface, path: "/base") == "/base" + target)
    }

    @Test(
        "a base URL may end with what OpenAI's SDK, or the vendor's own paths, have there",
        arguments: [
            ("ollama", "/v1", .ollamaChat, "/api/chat"), ("ollama", "/x/v1", .chat, "/x/v1/chat/completions"),
            ("anthropic", "/v1", .messages, "/v1/messages"),
            ("gemini", "/v1beta", .embedContent, "/v1beta/models/m:embedContent"),
            ("cohere", "/v2", .cohereRerank, "/v2/rerank"), ("tei", "/v1", .teiRerank, "/rerank"),
            ("tei", "/v1", .embeddings, "/v1/embeddings"), ("mock", "/v1", .chat, "/v1/chat/completions"),
        ] as [(String, String, Surface, String)])
    func bases(kind: String, path: String, surface: Surface, target: String) throws {
        #expect(try Self.target(kind, surface, path: path) == target)
    }

    @Test(
        "a model stays one segment, whatever is in its name",
        arguments: [
            ("gemini", .generateContent, "models/gemini-2.5-pro", "/v1beta/models/gemini-2.5-pro:generateContent"),
            ("gemini", .generateContent, "models/", "/v1beta/models/models%2F:generateContent"),
            ("gemini", .generateContent, "a/../b", "/v1beta/models/a%2F..%2Fb:generateContent"),
            (
                "gemini", .streamGenerateContent, "m:x?y=1#",
                "/v1beta/models/m%3Ax%3Fy%3D1%23:streamGenerateContent?alt=sse"
            ),
            (
                "bedrock", .converse,
                "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-4-5-20251101-v1:0",
                "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.anthropic.claude-opus-4-5-20251101-v1%3A0/converse"
            ),
            ("bedrock", .converse, "..", "/model/%2E%2E/converse"),
            ("bedrock", .converse, "ü\r\n", "/model/%C3%BC%0D%0A/converse"),
            ("mock", .converse, "a/b", "/model/a%2Fb/converse"),
        ] as [(String, Surface, String, String)])
    func models(kind: String, surface: Surface, model: String, target: String) throws {
        #expect(try Self.target(kind, surface, model: model) == target)
    }

    @Test(
        "each operation has the vendor's own surface",
        arguments: [
            ("anthropic", .messages, .messages, nil, nil, .countTokens),
            ("gemini", .generateContent, .streamGenerateContent, .batchEmbedContents, nil, .geminiCountTokens),
            ("vertex", .generateContent, .streamGenerateContent, .vertexEmbed, nil, .geminiCountTokens),
            ("bedrock", .converse, .converseStream, .invokeModel, nil, .bedrockCountTokens),
            ("ollama", .ollamaChat, .ollamaChat, .ollamaEmbed, nil, nil),
            ("cohere", .cohereChat, .cohereChat, .cohereEmbed, .cohereRerank, nil),
            ("tei", nil, nil, .teiEmbed, .teiRerank, nil),
            ("azure", .chat, .chat, .embeddings, nil, nil),
        ] as [(String, Surface?, Surface?, Surface?, Surface?, Surface?)])
    func operations(
        kind: String, whole: Surface?, stream: Surface?, embed: Surface?, rerank: Surface?, count: Surface?
    ) throws {
        let provider = try CatalogTests.provider(kind, path: "")
        #expect(provider.surface(for: .chat, isStreaming: false) == whole)
        #expect(provider.surface(for: .chat, isStreaming: true) == stream)
        #expect(provider.surface(for: .embed, isStreaming: false) == embed)
        #expect(provider.surface(for: .rerank, isStreaming: false) == rerank)
        #expect(provider.surface(for: .countTokens, isStreaming: false) == count)
        for surface in [whole, stream, embed, rerank, count] {
            guard let surface else { continue }
            #expect(provider.address(surface: surface, model: "m") != nil)
        }
    }

    @Test(
        "the key goes where the vendor wants it",
        arguments: [
            ("anthropic", Surface.messages, "x-api-key: key-1234567890"),
            ("gemini", .generateContent, "x-goog-api-key: key-1234567890"),
            ("bedrock", .converse, "authorization: Bearer key-1234567890"),
            ("cohere", .cohereChat, "authorization: Bearer key-1234567890"),
            ("ollama", .ollamaChat, "authorization: Bearer key-1234567890"),
        ])
    func keys(kind: String, surface: Surface, header: String) throws {
        let provider = try CatalogTests.provider(kind, path: "")
        let address = try #require(provider.address(surface: surface, model: "m"))
        #expect(address.headers.map { "\($0.name): \($0.value)" } == [header])
        #expect(!address.target.contains("key"))
        #expect(provider.leaksCredential("the key key-1234567890 is wrong"))
        #expect(!provider.signsRequests)
    }

    @Test("Anthropic's version stands where the client has none, and its own fields pass")
    func anthropic() throws {
        let provider = try CatalogTests.provider("anthropic", path: "")
        let address = try #require(provider.address(surface: .messages, model: "m"))
        #expect(address.defaults.map { "\($0.name): \($0.value)" } == ["anthropic-version: 2023-06-01"])
        #expect(provider.forwardedHeaders.includes("Anthropic-Beta"))
        #expect(provider.forwardedHeaders.includes("anthropic-version"))
        #expect(!provider.forwardedHeaders.includes("openai-beta"))
    }

    @Test("capabilities are the table's, the row's, and the configuration's over both")
    func capabilities() throws {
        let endpoint = Endpoint(isSecure: true, host: "h", port: 443, path: "")
        let settings = ProviderSettings(
            name: "p",
            kind: "anthropic",
            endpoint: endpoint,
            capabilities: [try CapabilityOverride("maximum_output_tokens", ["77"])]
        )
        let provider = try #require(ProviderRegistry.make(settings))
        for _ in 0..<2 {
            let found = provider.capabilities(of: "claude-opus-5-5")
            #expect(found.maximumOutputTokens == 77)
            #expect(!found.allowsForcedToolChoice)
        }
        for number in 0..<1000 { #expect(provider.capabilities(of: "claude-\(number)").maximumOutputTokens == 77) }
        #expect(try !CatalogTests.provider("mistral").capabilities(of: "m").takesStreamUsage)
        #expect(try CatalogTests.provider("openai").capabilities(of: "gpt-5").usesDeveloperRole)
    }

    @Test("the mock model has every client surface at its vendor's path")
    func mock() throws {
        let provider = try CatalogTests.provider("mock", path: "/v1", keys: [])
        for surface in Surface.allCases where surface.isModelSurface {
            let target = provider.address(surface: surface, model: "a/b")?.target
            guard surface.isClientSurface else {
                #expect(target == nil)
                continue
            }
            let route = surface.route.split(separator: "{model}", omittingEmptySubsequences: false).joined(
                separator: "a%2Fb")
            #expect(target == route + (surface == .streamGenerateContent ? "?alt=sse" : ""))
        }
        #expect(provider.dialect == .openAIChat)
    }

    @Test(
        "the mock model may be told to serve one dialect only",
        arguments: [
            (MockDialect.anthropic, Dialect.anthropic, [Surface.messages, .countTokens], Surface.messages),
            (
                .gemini, .gemini,
                [
                    .generateContent, .streamGenerateContent, .geminiCountTokens, .embedContent, .batchEmbedContents,
                    .vertexEmbed,
                ],
                .streamGenerateContent
            ),
            (.bedrock, .bedrock, [.converse, .converseStream, .bedrockCountTokens, .invokeModel], .converseStream),
            (.ollama, .ollama, [.ollamaChat, .ollamaGenerate, .ollamaEmbed], .ollamaChat),
            (.cohere, .cohere, [.cohereChat, .cohereEmbed, .cohereRerank], .cohereChat),
            (.openAIResponses, .openAIResponses, [.responses, .responsesInputTokens], .responses),
            (
                .openAI, .openAIChat,
                [
                    .chat, .completions, .embeddings, .moderations, .imageGenerations, .imageEdits, .imageVariations,
                    .speech, .transcriptions, .translations, .rerank,
                ], .chat
            ),
        ])
    func mockDialects(told: MockDialect, dialect: Dialect, surfaces: [Surface], chat: Surface) throws {
        let endpoint = Endpoint(isSecure: false, host: "127.0.0.1", port: 1, path: "/v1")
        let settings = ProviderSettings(name: "m", kind: "mock", endpoint: endpoint, dialect: told)
        let provider = try #require(ProviderRegistry.make(settings))
        #expect(provider.dialect == dialect)
        let served = Surface.allCases.filter { $0.isModelSurface && provider.address(surface: $0, model: "m") != nil }
        #expect(Set(served) == Set(surfaces))
        #expect(provider.surface(for: .chat, isStreaming: true) == chat)
    }
}
