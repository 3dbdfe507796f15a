import SluiceWire

/// The list of behaviours, from the one place where they are: as JSON and text for `GET /`, as the table of the docs.
enum BehaviourListing {
    static func json() -> [UInt8] {
        .json(capacity: 8192) { json in
            json.member("name", "sluice mock model")
            json.array("endpoints") { json in
                for path in Endpoint.paths { json.string(path) }
            }
            json.array("models") { json in
                for name in Models.names { json.string(name) }
            }
            json.array("behaviours") { json in
                for kind in BehaviourKind.allCases {
                    json.object { json in
                        json.member("name", kind.rawValue)
                        json.member("value", kind.value.rawValue)
                        json.member("header", headerExample(kind))
                        json.member("model", modelExample(kind))
                        json.member("summary", kind.summary)
                    }
                }
            }
        }
    }

    static func text() -> [UInt8] {
        var text = "The mock model. Ask for a behaviour by header, or by model name.\n\n"
        for kind in BehaviourKind.allCases {
            text += "  \(padded(headerExample(kind), 44))\(padded(modelExample(kind), 36))\(kind.summary)\n"
        }
        text += "\nEndpoints:\n" + Endpoint.paths.map { "  \($0)\n" }.joined()
        return Array(text.utf8)
    }

    /// The rows of the table in `docs/mock.md`.
    static func markdown() -> String {
        var text = "| header | model name | what it does |\n|---|---|---|\n"
        for kind in BehaviourKind.allCases {
            text += "| `\(headerExample(kind))` | `\(modelExample(kind))` | \(kind.summary) |\n"
        }
        return text
    }

    static func headerExample(_ kind: BehaviourKind) -> String {
        "\(kind.header): \(kind.value == .flag ? "1" : kind.exampleValue)"
    }

    static func modelExample(_ kind: BehaviourKind) -> String {
        switch kind {
        case .status: "mock-429"
        case .failKey: "mock-fail-2-fail-key-a"
        default: "mock-\(kind.rawValue)" + (kind.value == .flag ? "" : "-" + kind.exampleValue)
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(2, width - text.count))
    }
}
