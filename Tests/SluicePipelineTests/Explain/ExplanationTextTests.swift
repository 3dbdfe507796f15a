import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("ExplanationText")
struct ExplanationTextTests {
    private static func explanation() -> RequestExplanation {
        RequestExplanation(
            surface: "/v1/chat/completions",
            model: "smart",
            key: "ci",
            isStreaming: true,
            rule: 1,
            entry: "smart",
            strategy: "weighted",
            attempts: 3,
            fallbacks: [(kind: "default", models: ["a", "b"]), (kind: "context_window", models: ["long"])],
            candidates: [
                RequestExplanation.Candidate(
                    provider: "openai", targetModel: "gpt-4o", isChosen: true, reason: "weighted", costUSD: 0.25,
                    surface: "/v1/chat/completions", isSpliced: true),
                RequestExplanation.Candidate(
                    provider: "anthropic", targetModel: "claude", reason: "eligible", surface: "/v1/messages",
                    losses: ["dropped seed", "adapted temperature"]),
                RequestExplanation.Candidate(
                    provider: "ollama", targetModel: "llama", reason: "eligible", surface: "/api/chat"),
                RequestExplanation.Candidate(
                    provider: "tei", targetModel: "x", reason: "excluded", refusal: "It has nothing for this."),
            ]
        )
    }

    @Test("people read lines")
    func text() {
        #expect(
            Self.explanation().text == """
                /v1/chat/completions, model smart, streamed, key ci
                rule       routes[1]
                entry      smart
                strategy   weighted, at most 3 attempts
                fallback   default: a, b
                fallback   context_window: long
                -> openai/gpt-4o: weighted, about 0.25 USD, in the client's own bytes
                   anthropic/claude: eligible, converted to /v1/messages, lost: dropped seed, adapted temperature
                   ollama/llama: eligible, converted to /api/chat, nothing lost
                   tei/x: excluded, cannot: It has nothing for this.

                """)
    }

    @Test("programs read one JSON object, and what is not known is left out")
    func json() throws {
        let text = Self.explanation().json
        #expect(text.hasSuffix("}\n"))
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(root["model"]?.stringValue == "smart")
        #expect(root["key"]?.stringValue == "ci")
        #expect(root["fallbacks"]?["default"]?.elements.compactMap(\.stringValue) == ["a", "b"])
        let candidates = try #require(root["candidates"]).elements.map { $0 }
        #expect(candidates.count == 4)
        #expect(candidates.first?["cost_usd"]?.stringValue == "0.25")
        #expect(candidates.first?["refusal"] == nil)
        #expect(candidates[1]["losses"]?.elements.compactMap(\.stringValue) == ["dropped seed", "adapted temperature"])
        #expect(candidates[1]["cost_usd"] == nil)
        #expect(candidates[3]["refusal"]?.stringValue == "It has nothing for this.")
        #expect(candidates[3]["surface"] == nil)
        var plain = Self.explanation()
        plain.key = nil
        plain.rule = nil
        plain.entry = nil
        plain.attempts = nil
        let bare = try JSONDocument(parsing: Array(plain.json.utf8)).root
        for name in ["key", "rule", "entry", "attempts"] { #expect(bare[name] == nil, "\(name)") }
    }

    @Test("the short request is one that every chat takes, with any name of a model")
    func shortRequest() throws {
        let name = "a\"b\\c\u{1}ü"
        let root = try JSONDocument(parsing: ExplanationText.shortRequest(model: name)).root
        #expect(root["model"]?.stringValue == name)
        #expect(root["messages"]?.count == 1)
    }
}
