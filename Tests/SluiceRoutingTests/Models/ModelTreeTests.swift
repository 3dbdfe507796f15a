import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("Nested models and aliases")
struct ModelTreeTests {
    private static func entry(
        _ name: String,
        _ targets: [ModelTable.EntryTarget.Destination],
        aliases: [String] = []
    ) -> ModelTable.Entry {
        ModelTable.Entry(
            pattern: ModelPattern(name), aliases: aliases, targets: targets.map { ModelTable.EntryTarget($0) })
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

    @Test("an alias leads to its entry, and targets are asked for the entry's name")
    func aliases() {
        let table = Self.table([
            Self.entry("gpt", [.provider(0, model: nil)], aliases: ["four", "gpt-old"]),
            Self.entry("four", [.provider(1, model: nil)]),
        ])
        #expect(table.resolve("gpt-old")?.targets == [Target(provider: 0, model: "gpt", index: 0, entry: 0)])
        #expect(table.resolve("gpt-old")?.isListed == true)
        #expect(table.resolve("four")?.entry == 1, "an entry's own name comes before another's alias")
        #expect(table.listedNames == ["gpt", "four", "gpt-old", "four"])
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
        entry.fallbacks = Fallbacks(default: ["nobody", "a/b"], contextWindow: ["p1/big"])
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
