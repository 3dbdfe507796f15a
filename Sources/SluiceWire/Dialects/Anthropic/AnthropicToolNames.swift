/// Names and ids of tools in the form that Messages takes: `^[a-zA-Z0-9_-]{1,128}$`.
///
/// A name of another form is replaced by one made of it, the same in tools, choice and history, and put back in the answer.
/// Source: Anthropic tool use guide (read 2026-11).
struct AnthropicToolNames: Sendable {
    private static let nameLimit = 128
    private static let idLimit = 256

    private let names: FittedToolNames
    private var custom: Set<String> = []

    /// The names of a request's tools, for reading its answer.
    init(_ tools: [NeutralTool]) {
        names = FittedToolNames(tools, limit: Self.nameLimit)
        for tool in tools {
            if case .custom = tool.kind { custom.insert(tool.name) }
        }
    }

    /// The client's name for a tool that the model called.
    func original(_ name: String) -> String {
        names.original(name)
    }

    /// Whether a tool, by the client's name, takes free text.
    func isCustom(_ name: String) -> Bool {
        !custom.isEmpty && custom.contains(name)
    }

    /// A tool's name for the vendor.
    static func fit(name: String) -> String {
        FittedToolNames.fit(name, limit: nameLimit)
    }

    /// A call's id for the vendor.
    static func fit(id: String) -> String {
        ToolCallCarrier.fit(id, limit: idLimit, allows: ToolCallCarrier.isPlain)
    }

    // MARK: Free text

    /// The schema under which a tool of free text is offered.
    static let customSchema = JSONFragment(
        written: Array(
            #"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#
                .utf8))

    /// The object that carries free text.
    static func wrap(_ text: JSONString) -> JSONFragment {
        var out = AnthropicWriter(capacity: text.escaped.count + 16)
        out.json.beginObject()
        out.member("input", text)
        out.json.endObject()
        return JSONFragment(written: out.json.take())
    }

    /// The free text in a call's arguments; the arguments as they are where the model kept to no schema.
    static func unwrap(_ arguments: JSONString) -> JSONString {
        guard let object = NeutralToolCall.object(arguments), let document = try? object.parsed(),
            let text = JSONString(document.root["input"])
        else { return arguments }
        return text
    }
}
