import SluiceCore
import SluiceProviders
import Testing

@Suite("Azure OpenAI")
struct AzureTests {
    @Test(
        "the deployment stands in the path, the version in the query, the key in its own field",
        arguments: [
            (nil, Surface.chat, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"),
            ("2026-05-01", .chat, "/openai/deployments/gpt-4o/chat/completions?api-version=2026-05-01"),
            ("2026-05-01", .embeddings, "/openai/deployments/gpt-4o/embeddings?api-version=2026-05-01"),
            ("2026-05-01", .transcriptions, "/openai/deployments/gpt-4o/audio/transcriptions?api-version=2026-05-01"),
            ("2026-05-01", .responses, "/openai/responses?api-version=2026-05-01"),
            ("v1", .chat, "/openai/v1/chat/completions"),
            ("v1", .responses, "/openai/v1/responses"),
            ("preview", .chat, "/openai/v1/chat/completions?api-version=preview"),
        ] as [(String?, Surface, String)])
    func addresses(version: String?, surface: Surface, target: String) throws {
        let provider = try CatalogTests.provider("azure", path: "", version: version)
        let address = try #require(provider.address(surface: surface, model: "gpt-4o"))
        #expect(address.target == target)
        #expect(address.headers.map { "\($0.name): \($0.value)" } == ["api-key: key-1234567890"])
    }

    @Test(
        "surfaces that it does not have",
        arguments: [Surface.rerank, .moderations, .imageVariations, .models, .model, .health])
    func notServed(surface: Surface) throws {
        #expect(try CatalogTests.provider("azure", path: "").address(surface: surface, model: "m") == nil)
    }

    @Test(
        "a deployment's name stays one segment of the path",
        arguments: [
            ("gpt 4o", "gpt%204o"), ("a/b", "a%2Fb"), ("..", "%2E%2E"), (".", "%2E"), ("...", "..."),
            ("a?b#c", "a%3Fb%23c"),
            ("ü", "%C3%BC"), ("a%2Fb", "a%252Fb"), ("a\r\nb", "a%0D%0Ab"), ("A-z_0.9~", "A-z_0.9~"),
        ])
    func encoding(model: String, segment: String) throws {
        let address = try CatalogTests.provider("azure", path: "/base").address(surface: .chat, model: model)
        #expect(address?.target == "/base/openai/deployments/\(segment)/chat/completions?api-version=2024-10-21")
    }
}
