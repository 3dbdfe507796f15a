/// Fits tools' names to the vendor's alphabet, and finds the client's own again in the answer; `[a-zA-Z0-9_-]{1,64}`.
struct BedrockToolNames: Sendable {
    private let names: FittedToolNames
    private var customs: Set<String> = []

    /// Makes the names of a request's tools.
    init(_ tools: [NeutralTool]) {
        names = FittedToolNames(tools)
        for tool in tools {
            if case .custom = tool.kind { customs.insert(Self.fit(tool.name)) }
        }
    }

    /// The client's name of a tool that the vendor calls.
    func original(_ name: String) -> String { names.original(name) }

    /// Whether the tool of that fitted name takes free text, so that its arguments are wrapped: `{"input": text}`.
    func isCustom(_ name: String) -> Bool { customs.contains(name) }

    /// The name in the vendor's alphabet.
    static func fit(_ name: String) -> String { FittedToolNames.fit(name) }
}
