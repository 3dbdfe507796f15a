import Testing

@testable import SluiceConfig

@Suite("The reference and the examples")
struct ReferenceDocumentTests {
    /// The folder of the package, with a slash at its end.
    private let root = String(#filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }) + "/"

    private func text(_ path: String) throws -> String {
        String(decoding: try SystemFiles().read(root + path, limit: .mebibytes(1)), as: UTF8.self)
    }

    @Test("every key is in the reference, those of later versions too")
    func everyKey() throws {
        let reference = try text("docs/configuration.md").split(separator: "\n").joined(separator: " ")
        func check(_ schema: KeySchema) {
            switch schema {
            case .scalar, .credential: break
            case .list(let item), .named(let item): check(item)
            case .anyOf(let forms): forms.forEach(check)
            case .open(let keys, let others):
                check(.section(keys))
                check(others)
            case .section(let keys):
                for key in keys {
                    let isMentioned = [" `\(key.name)`", ".\(key.name)`", "`\(key.name)."].contains {
                        reference.contains($0)
                    }
                    #expect(isMentioned, "\(key.name)")
                    check(key.schema)
                }
            }
        }
        check(GatewaySchema.root)
    }

    @Test("the examples load without errors, YAML and TOML as the same")
    func examples() throws {
        func load(_ path: String, _ format: ConfigurationFormat) throws -> LoadResult {
            ConfigurationLoader(environment: [:], files: MemoryFiles(), knownKinds: testKinds)
                .load(text: try text(path), format: format, source: path)
        }
        let yaml = try load("Examples/sluice.yaml", .yaml)
        let toml = try load("Examples/sluice.toml", .toml)
        #expect(yaml.configuration != nil, "\(yaml.report)")
        #expect(yaml.configuration == toml.configuration, "\(toml.report)")
    }

    @Test("every key of the schema is read by the decoder", arguments: Self.leaves(of: GatewaySchema.root, path: []))
    func everyKeyIsRead(path: [String]) {
        // A value that no key accepts: a control character is no text, number, path or choice.
        var text = "\"\\u0001\""
        for key in path.reversed() { text = key == "[]" ? "[\(text)]" : "{ \"\(key)\": \(text) }" }
        let result = loadYAML(text)
        #expect(!result.diagnostics.isEmpty, "nobody looks at \(path.joined(separator: ".")): \(text)")
    }

    private static func leaves(of schema: KeySchema, path: [String]) -> [[String]] {
        switch schema {
        case .scalar, .credential: [path]
        case .list(let item): leaves(of: item, path: path + ["[]"])
        case .named(let item): leaves(of: item, path: path + ["mock"])
        case .anyOf(let forms): forms.flatMap { leaves(of: $0, path: path) }
        case .open(let keys, let others):
            leaves(of: .section(keys), path: path) + leaves(of: others, path: path + ["key+model"])
        case .section(let keys): keys.flatMap { leaves(of: $0.schema, path: path + [$0.name]) }
        }
    }
}
