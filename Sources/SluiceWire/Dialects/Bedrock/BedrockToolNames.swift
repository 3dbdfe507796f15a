/// Fits tools' names to the vendor's alphabet, and finds the client's own again in the answer.
///
/// `[a-zA-Z0-9_-]{1,64}`: Gemini's names may have points and colons, and be twice as long. The same name gives the same fitted
/// name, always; the way back is by the tools of the request that is answered.
struct BedrockToolNames: Sendable {
    private var originals: [String: String] = [:]
    private var customs: Set<String> = []

    /// Makes the names of a request's tools.
    init(_ tools: [NeutralTool]) {
        for tool in tools {
            let fitted = Self.fit(tool.name)
            if fitted != tool.name { originals[fitted] = tool.name }
            if case .custom = tool.kind { customs.insert(fitted) }
        }
    }

    /// The client's name of a tool that the vendor calls.
    func original(_ name: String) -> String { originals[name] ?? name }

    /// Whether the tool of that fitted name takes free text, so that its arguments are wrapped: `{"input": text}`.
    func isCustom(_ name: String) -> Bool { customs.contains(name) }

    /// The name in the vendor's alphabet.
    static func fit(_ name: String) -> String {
        if (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ ToolCallCarrier.isPlain($0) }) { return name }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 36)
        let head = name.utf8.prefix(48).map { ToolCallCarrier.isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: head, as: UTF8.self) + "_" + digits
    }
}
