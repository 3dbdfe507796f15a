/// A model's request to run a tool.
public struct NeutralToolCall: Sendable, Hashable {
    /// What pairs the call with its result: the id as the vendor gave it, or one that the gateway made.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments as text: a JSON object by rule, anything in practice. Empty means none.
    public var arguments: JSONString
    /// Whether it calls a tool of free text (``NeutralTool/Kind/custom(format:)``): the arguments are that text.
    public var isCustom: Bool

    /// Makes a call.
    public init(id: String, name: String, arguments: JSONString, isCustom: Bool = false) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.isCustom = isCustom
    }

    /// The arguments as a JSON object, `{}` for none; `nil` when they are no JSON object.
    public var argumentsObject: JSONFragment? {
        Self.object(arguments)
    }

    /// The JSON object that a text is, `{}` for an empty one; `nil` when it is none.
    public static func object(_ text: JSONString) -> JSONFragment? {
        if text.isBlank { return .emptyObject }
        var bytes = text.utf8
        bytes = bytes.drop { $0 <= 0x20 }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        guard let value = try? JSONFragment(validating: bytes), value.kind == .object else { return nil }
        return value
    }
}

/// What a tool answered.
public struct NeutralToolResult: Sendable, Hashable {
    /// The ``NeutralToolCall/id`` of the call that it answers.
    public var callID: String
    /// The tool's name, where the dialect says it; writers that need it look it up in the call.
    public var name: String?
    /// The answer: texts, images, documents. Never calls or results.
    public var parts: [NeutralPart]
    /// Whether the tool failed.
    public var isError: Bool

    /// Makes a result.
    public init(callID: String, name: String? = nil, parts: [NeutralPart], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.parts = parts
        self.isError = isError
    }

    /// All its texts, joined by line feeds.
    public var text: JSONString {
        JSONString.joined(
            parts.compactMap { part in
                if case .text(let text) = part.content { text } else { nil }
            },
            separator: "\n"
        )
    }
}
