import SluiceCore
import SluiceRouting
import Testing

@Suite("ModelTable")
struct ModelTableTests {
    private static let providers = [
        ModelTable.ProviderEntry(name: "openai", patterns: ["gpt-*", "o1*"].map { ModelPattern($0) }),
        ModelTable.ProviderEntry(name: "ollama", patterns: ["gpt-oss*", "llama*"].map { ModelPattern($0) }),
        ModelTable.ProviderEntry(name: "mock", patterns: ["mock", "mock-*"].map { ModelPattern($0) }),
    ]

    private static func entry(_ pattern: String, _ targets: [(provider: Int, model: String?)]) -> ModelTable.Entry {
        ModelTable.Entry(pattern: ModelPattern(pattern), targets: targets)
    }

    private static let table = ModelTable(
        entries: [
            Self.entry("gpt-*", [(0, nil)]),
            Self.entry("gpt-4o-*", [(1, "llama3")]),
            Self.entry("gpt-4o", [(0, "gpt-4o-2024"), (1, "llama3")]),
            Self.entry("gpt-4o", [(2, nil)]),
            Self.entry("*", [(2, "mock")]),
            Self.entry("openai/special", [(1, "x")]),
            Self.entry("off", []),
            Self.entry("*-x-a", [(0, "first")]),
            Self.entry("*-x-*a", [(0, "never")]),
            Self.entry("a-x-*", [(1, "second")]),
        ],
        providers: Self.providers
    )

    @Test(
        "exact names come first, then the pattern that says most, then the order of the file",
        arguments: [
            (
                "gpt-4o",
                [Target(provider: 0, model: "gpt-4o-2024", index: 0), Target(provider: 1, model: "llama3", index: 1)],
                2, true
            ),
            ("gpt-4o-mini", [Target(provider: 1, model: "llama3", index: 0)], 1, false),
            ("gpt-5", [Target(provider: 0, model: "gpt-5", index: 0)], 0, false),
            ("anything", [Target(provider: 2, model: "mock", index: 0)], 4, false),
            ("openai/special", [Target(provider: 1, model: "x", index: 0)], 5, true),
            ("a-x-a", [Target(provider: 0, model: "first", index: 0)], 7, false),
        ] as [(String, [Target], Int, Bool)])
    func precedence(model: String, targets: [Target], entry: Int, isListed: Bool) {
        let plan = Self.table.resolve(model)
        let expected = targets.map { Target(provider: $0.provider, model: $0.model, index: $0.index, entry: entry) }
        #expect(plan?.targets == expected)
        #expect(plan?.entry == entry)
        #expect(plan?.isListed == isListed)
    }

    @Test("an entry without targets serves nothing, and nothing else takes its name")
    func noTargets() {
        #expect(Self.table.resolve("off") == nil)
    }

    private static let open = ModelTable(entries: [], providers: Self.providers)

    @Test(
        "without a table the providers' own patterns count, the one that says most first",
        arguments: [
            ("gpt-4o", 0, false), ("gpt-oss:20b", 1, false), ("o1", 0, false), ("llama3", 1, false), ("mock", 2, true),
            ("mock-x", 2, false),
        ])
    func ownPatterns(model: String, provider: Int, isListed: Bool) {
        let plan = Self.open.resolve(model)
        #expect(plan?.targets == [Target(provider: provider, model: model)])
        #expect(plan?.entry == nil)
        #expect(plan?.isListed == isListed)
    }

    @Test(
        "provider/model works with and without a table",
        arguments: [
            ("ollama/gpt-4o", 1, "gpt-4o"), ("mock/a/b", 2, "a/b"), ("openai//x", 0, "/x"),
        ])
    func prefixed(model: String, provider: Int, name: String) {
        let table = ModelTable(entries: [Self.entry("only", [(0, nil)])], providers: Self.providers)
        for table in [table, Self.open] {
            #expect(table.resolve(model)?.targets == [Target(provider: provider, model: name)])
            #expect(table.resolve(model)?.isListed == false)
        }
    }

    @Test("what nothing serves", arguments: ["", "nobody", "/", "openai/", "nobody/x", "/x", "GPT-4o"])
    func unknown(model: String) {
        #expect(Self.open.resolve(model) == nil)
        #expect(ModelTable(entries: [Self.entry("only", [(0, nil)])], providers: Self.providers).resolve(model) == nil)
    }

    @Test("with a table the providers' own patterns do not count")
    func closed() {
        let table = ModelTable(entries: [Self.entry("only", [(0, nil)])], providers: Self.providers)
        #expect(table.resolve("gpt-4o") == nil)
        #expect(table.resolve("only")?.targets == [Target(provider: 0, model: "only", index: 0, entry: 0)])
    }

    @Test("lists the exact names in the file's order, and the patterns that keep the client's name")
    func lists() {
        #expect(Self.table.listedNames == ["gpt-4o", "gpt-4o", "openai/special", "off"])
        #expect(Self.table.openPatterns.map { "\($0.provider) \($0.pattern)" } == ["0 gpt-*"])
        #expect(Self.open.openPatterns.count == 6)
        #expect(Self.open.listedNames.isEmpty)
    }

    @Test("ten thousand names are all found, each at its own place", .timeLimit(.minutes(1)))
    func large() {
        let entries = (0..<10_000).map { Self.entry("model-\($0)", [($0 % 3, "up-\($0)")]) }
        let table = ModelTable(entries: entries, providers: Self.providers)
        for index in 0..<10_000 {
            let plan = table.resolve("model-\(index)")
            let target = Target(provider: index % 3, model: "up-\(index)", index: 0, entry: index)
            guard plan?.entry == index, plan?.targets == [target] else {
                Issue.record("model-\(index) resolves to \(String(describing: plan))")
                return
            }
        }
        #expect(table.resolve("model-10000") == nil)
    }
}
