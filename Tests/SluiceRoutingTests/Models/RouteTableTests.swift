import SluiceCore
import SluiceRouting
import Testing

@Suite("RouteTable")
struct RouteTableTests {
    private static let table = RouteTable([
        RouteTable.Rule(
            match: RouteTable.Match(headers: [(name: "x-tenant", value: ModelPattern("acme"))], surfaces: [.chat]),
            use: .modelPrefix("acme-")),
        RouteTable.Rule(
            match: RouteTable.Match(path: ModelPattern("/v1/embeddings")), use: .target(provider: 1, model: nil)),
        RouteTable.Rule(
            match: RouteTable.Match(headers: [
                (name: "x-tenant", value: ModelPattern("a*")), (name: "x-tier", value: ModelPattern("*")),
            ]),
            use: .model("smart")),
        RouteTable.Rule(
            match: RouteTable.Match(path: ModelPattern("/v1/audio/*")), use: .target(provider: 0, model: "w")),
        RouteTable.Rule(match: RouteTable.Match(surfaces: [.messages]), use: .model("claude")),
    ])

    @Test(
        "the first rule all of whose conditions hold wins",
        arguments: [
            ("/v1/chat/completions", .chat, ["x-tenant": "acme"], 0),
            ("/v1/chat/completions", .chat, ["x-tenant": "acme2"], nil),
            ("/v1/chat/completions", .chat, ["x-tenant": "acme2", "x-tier": ""], 2),
            ("/v1/messages", .messages, ["x-tenant": "acme"], 4),
            ("/v1/embeddings", .embeddings, ["x-tenant": "acme", "x-tier": "1"], 1),
            ("/v1/embeddings/x", .embeddings, [:], nil),
            ("/v1/audio/speech", .speech, [:], 3),
            ("/v1/audio", .speech, [:], nil),
        ] as [(String, Surface, [String: String], Int?)])
    func first(path: String, surface: Surface, headers: [String: String], rule: Int?) {
        #expect(
            Self.table.firstMatch(path: path, surface: surface) { name, value in
                headers[name].map { value.matches($0) } ?? false
            } == rule)
    }

    @Test("without rules nothing is looked at")
    func empty() {
        var asked = 0
        let rule = RouteTable().firstMatch(path: "/", surface: .chat) { _, _ in
            asked += 1
            return true
        }
        #expect(rule == nil)
        #expect(asked == 0)
    }

    @Test("what rules do to a name")
    func use() {
        let table = ModelTable(
            entries: [Gateway.entry("acme-gpt", [1]), Gateway.entry("smart", [2])], providers: Gateway.providers(3))
        #expect(table.resolve("gpt", by: .modelPrefix("acme-"))?.targets.first?.provider == 1)
        #expect(table.resolve("other", by: .modelPrefix("acme-")) == nil)
        #expect(table.resolve("gpt", by: .model("smart"))?.targets.first?.provider == 2)
        #expect(
            table.resolve("gpt", by: .target(provider: 0, model: nil))?.targets == [Target(provider: 0, model: "gpt")])
        #expect(
            table.resolve("gpt", by: .target(provider: 0, model: "x"))?.targets == [Target(provider: 0, model: "x")])
        #expect(table.resolve("gpt", by: .target(provider: 7, model: "x")) == nil)
    }
}
