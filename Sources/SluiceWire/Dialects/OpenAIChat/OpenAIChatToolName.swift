/// Names of tools as OpenAI takes them: 1 to 64 letters, digits, `_` and `-`.
enum OpenAIChatToolName {
    private static let limit = 64

    /// The name itself where it is one; else one made of it, the same each time, with a checksum so that two names do
    /// not become one.
    static func fit(_ name: String) -> String {
        if isName(name) { return name }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        let head = name.utf8.prefix(limit - 17).map { ToolCallCarrier.isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: head, as: UTF8.self) + "_" + String(repeating: "0", count: 16 - digits.utf8.count)
            + digits
    }

    private static func isName(_ name: String) -> Bool {
        (1...limit).contains(name.utf8.count) && name.utf8.allSatisfy { ToolCallCarrier.isPlain($0) }
    }

    /// Names that were changed on their way to the provider, by what they were changed to.
    struct Originals: Sendable {
        private var names: [String: String] = [:]

        init(_ tools: [NeutralTool]) {
            for tool in tools where !OpenAIChatToolName.isName(tool.name) {
                names[OpenAIChatToolName.fit(tool.name)] = tool.name
            }
        }

        /// The client's name for the tool that the provider calls.
        func original(_ name: String) -> String {
            names.isEmpty ? name : names[name] ?? name
        }
    }
}
