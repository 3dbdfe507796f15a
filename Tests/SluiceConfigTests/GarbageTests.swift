import SluiceConfig
import Testing

@Suite("Whatever the file is, the loader answers")
struct GarbageTests {
    private let seeds = [
        "server: { listen: 127.0.0.1:1, timeouts: { idle: 1s } }\nproviders: &a { openai: { api_key: \"${K:-x}\" } }\nmodels: { a: [openai/b] }\n",
        "[server]\nlisten = \"127.0.0.1:1\"\n[[upstreams]]\nname = \"a\"\nurl = \"http://h\"\nformat = \"openai\"\n[models]\n\"x.*\" = [{ provider = \"a\" }]\n",
        "auth:\n  keys:\n    - { name: ci, key: \"${file:k}\", models: [\"gpt-*\"] }\nroutes: [{ match: { path: /v1 }, use: { target: mock } }]\n",
        "models: { a: b, b: { strategy: { kind: prefix, load: 1.5 }, targets: [{ model: c, weight: 2 }], retry: { on: [5xx], backoff: 1s..2s } }, c: mock }\nprices: { x: { input: 0.25 } }\n",
        "providers: { mock: { breaker: { failures: 50% }, probe: on } }\nroutes: [{ match: { header: { x: a* }, surface: chat }, use: { model_prefix: b } }]\n",
    ]

    @Test("random bytes never stop it", .timeLimit(.minutes(2)), arguments: [UInt64(1), 2, 3, 4])
    func bytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...200, using: &generator)
            check((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }
    }

    @Test(
        "a file with some bytes changed never stops it", .timeLimit(.minutes(2)), arguments: [UInt64(11), 12, 13, 14])
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]:,-&*!|>'\"%@`#$\n\t .=~?<0\u{FF}é".utf8)
        for _ in 0..<200 {
            var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default:
                    bytes.insert(
                        contentsOf: bytes[place...].prefix(20), at: Int.random(in: 0...place, using: &generator))
                }
                if bytes.isEmpty { bytes = [0x3A] }
            }
            check(bytes)
        }
    }

    @Test("random environments never stop it", arguments: [UInt64(21), 22])
    func environments(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "SERVER", "LISTEN", "PROVIDERS", "OPENAI", "API", "KEY", "KEYS", "MODELS", "A", "0", "", "AUTH", "CI",
            "TIMEOUTS", "IDLE", "_", "é",
        ]
        for _ in 0..<500 {
            var environment: [String: String] = [:]
            for _ in 0..<5 {
                let name = (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
                    words.randomElement(using: &generator)
                }
                let prefix = Bool.random(using: &generator) ? "SLUICE_" : "GATEWAY_"
                environment[prefix + name.joined(separator: "_")] = words.randomElement(using: &generator)
            }
            let text = seeds.randomElement(using: &generator) ?? ""
            let result = loadYAML(text, environment: environment)
            #expect(result.configuration != nil || !result.errors.isEmpty)
        }
    }

    private func check(_ bytes: [UInt8]) {
        for name in ["sluice.yaml", "sluice.toml"] {
            var files = MemoryFiles()
            files.contents[name] = bytes
            let result = ConfigurationLoader(environment: [:], files: files, knownKinds: testKinds).load()
            // Either there is a configuration, or a reason why not.
            #expect((result.configuration == nil) == !result.errors.isEmpty)
        }
    }
}
