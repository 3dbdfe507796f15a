import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("Nested models and aliases")
struct ModelTreeTests {
    private static func entry(
        _ name: String,
        _ targets: [ModelTable.Destination]
    ) -> ModelTable.Entry {
        ModelTable.Entry(pattern: ModelPattern(name), targets: targets.map { ModelTable.EntryTarget($0) })
    }

    private static func alias(_ name: String, of model: String) -> ModelTable.Entry {
        ModelTable.Entry(pattern: ModelPattern(name), alias: model)
    }

    private static func table(_ entries: [ModelTable.Entry]) -> ModelTable {
        ModelTable(entries: entries, providers: Gateway.providers(3))
    }

    @Test("targets that are entries are unfolded in place, and know where they are written")
    func unfolds() {
        let table = Self.table([
            Self.entry("inner", [.provider(1, model: "a"), .provider(2, model: nil)]),
            Self.entry("outer", [.provider(0, model: "z"), .model("inner"), .model("p2/direct")]),
        ])
        #expect(table.problems.isEmpty)
        #expect(
            table.resolve("outer")?.targets == [
                Target(provider: 0, model: "z", index: 0, entry: 1),
                Target(provider: 1, model: "a", index: 0, entry: 0),
                Target(provider: 2, model: "inner", index: 1, entry: 0),
                Target(provider: 2, model: "direct", index: 2, entry: 1),
            ])
        #expect(table.resolve("outer")?.entry == 1)
    }

    @Test("a nested name may match a pattern, and is what the pattern's targets are asked for")
    func nestedPattern() {
        let table = Self.table([
            Self.entry("claude-*", [.provider(1, model: nil)]),
            Self.entry("smart", [.model("claude-x")]),
        ])
        #expect(table.resolve("smart")?.targets == [Target(provider: 1, model: "claude-x", index: 0, entry: 0)])
    }

    @Test("an alias is another name of a model, of an alias, of a pattern's name and of a provider's model")
    func aliases() {
        let table = Self.table([
            Self.entry("gpt", [.provider(0, model: nil)]),
            Self.alias("four", of: "gpt"),
            Self.alias("old-*", of: "four"),
            Self.entry("claude-*", [.provider(1, model: nil)]),
            Self.alias("c", of: "claude-x"),
            Self.alias("d", of: "p2/deep"),
            Self.entry("nest", [.model("four")]),
        ])
        #expect(table.problems.isEmpty)
        let gpt = [Target(provider: 0, model: "gpt", index: 0, entry: 0)]
        #expect(table.resolve("four")?.targets == gpt)
        #expect(table.resolve("four")?.entry == 0)
        #expect(table.resolve("four")?.isListed == true)
        #expect(table.resolve("old-1")?.targets == gpt)
        #expect(table.resolve("old-1")?.isListed == false)
        #expect(table.resolve("c")?.targets == [Target(provider: 1, model: "claude-x", index: 0, entry: 3)])
        #expect(table.resolve("c")?.isListed == true)
        #expect(table.resolve("d")?.targets == [Target(provider: 2, model: "deep")])
        #expect(table.resolve("nest")?.targets == gpt)
        #expect(table.listedNames == ["gpt", "four", "c", "d", "nest"])
    }

    @Test("aliases that lead back to themselves, or to nothing, serve nothing")
    func aliasCycles() {
        let table = Self.table([
            Self.alias("a", of: "b"), Self.alias("b", of: "a"), Self.alias("c", of: "nothing"),
            Self.entry("d", [.model("a")]),
        ])
        #expect(table.problems.contains(.cycle(entry: 0, path: ["a", "b", "a", "b"])))
        #expect(table.problems.contains(.unknownModel(entry: 2, name: "nothing")))
        #expect(table.problems.contains(.unknownModel(entry: 3, name: "a")))
        for name in ["a", "b", "c", "d"] { #expect(table.resolve(name) == nil) }
    }

    @Test("entries that lead back to themselves serve nothing, and the way is told")
    func cycles() {
        let table = Self.table([
            Self.entry("a", [.model("b")]),
            Self.entry("b", [.provider(0, model: nil), .model("c")]),
            Self.entry("c", [.model("a")]),
            Self.entry("self", [.model("self")]),
            Self.entry("fine", [.provider(0, model: nil)]),
        ])
        #expect(table.problems.contains(.cycle(entry: 0, path: ["a", "b", "c", "a"])))
        #expect(table.problems.contains(.cycle(entry: 3, path: ["self", "self"])))
        #expect(table.resolve("a") == nil)
        #expect(table.resolve("b") == nil)
        #expect(table.resolve("self") == nil)
        #expect(table.resolve("fine") != nil)
    }

    @Test("the same entry twice is no cycle")
    func diamond() {
        let table = Self.table([
            Self.entry("leaf", [.provider(0, model: nil)]),
            Self.entry("left", [.model("leaf")]),
            Self.entry("top", [.model("left"), .model("leaf")]),
        ])
        #expect(table.problems.isEmpty)
        #expect(table.resolve("top")?.targets.count == 2)
    }

    @Test("doubling entries are refused before they fill the memory", .timeLimit(.minutes(1)))
    func tooMany() {
        var entries = [Self.entry("e0", [.provider(0, model: nil)])]
        for level in 1...40 {
            entries.append(Self.entry("e\(level)", [.model("e\(level - 1)"), .model("e\(level - 1)")]))
        }
        let table = Self.table(entries)
        #expect(table.resolve("e8")?.targets.count == 256)
        #expect(table.resolve("e9") == nil)
        #expect(table.problems.contains(.tooManyTargets(entry: 40, limit: 256)))
    }

    @Test("unknown models are told: a target makes the entry serve nothing, a fallback does not")
    func unknown() {
        var entry = Self.entry("b", [.provider(0, model: nil)])
        entry.fallbacks = Fallbacks(
            default: [.model("nobody"), .model("a/b"), .provider(0, model: nil)], contextWindow: [.model("p1/big")])
        let table = Self.table([Self.entry("a", [.model("nothing")]), entry])
        #expect(
            table.problems == [
                .unknownModel(entry: 0, name: "nothing"), .unknownModel(entry: 1, name: "nobody"),
                .unknownModel(entry: 1, name: "a/b"),
            ])
        #expect(table.resolve("a") == nil)
        #expect(table.resolve("b") != nil)
    }

    @Test("a provider's place that does not exist is passed over")
    func noProvider() {
        let table = Self.table([Self.entry("a", [.provider(9, model: nil), .provider(0, model: nil)])])
        #expect(table.resolve("a")?.targets == [Target(provider: 0, model: "a", index: 1, entry: 0)])
        #expect(table.plan(provider: 9, model: "x") == nil)
        #expect(table.plan(provider: 2, model: "x")?.targets == [Target(provider: 2, model: "x")])
    }

    @Test("names are found at once, however many there are", .timeLimit(.minutes(1)))
    func large() {
        let table = Self.table((0..<10_000).map { Self.entry("model-\($0)", [.provider($0 % 3, model: "up-\($0)")]) })
        #expect(table.problems.isEmpty)
        #expect(table.resolve("model-9999")?.targets.first?.model == "up-9999")
        #expect(table.resolve("model-10000") == nil)
    }
}
