/// Names of tools in the alphabet that most vendors have: letters, digits, `_` and `-`. The client's own, such as Gemini's
/// with points and colons, are found again in the answer.
struct FittedToolNames: Sendable {
    private var originals: [String: String] = [:]

    /// The names of a request's tools, of at most `limit` bytes, for reading its answer.
    init(_ tools: [NeutralTool], limit: Int = 64) {
        for tool in tools {
            let fitted = Self.fit(tool.name, limit: limit)
            if fitted != tool.name { originals[fitted] = tool.name }
        }
    }

    /// The client's name for the tool that the provider calls.
    func original(_ name: String) -> String {
        originals.isEmpty ? name : originals[name] ?? name
    }

    /// The name itself where the vendor takes it; else one made of it, the same each time, with a checksum so that two
    /// names do not become one. `limit` is 18 bytes at least.
    static func fit(_ name: String, limit: Int = 64) -> String {
        if (1...limit).contains(name.utf8.count), name.utf8.allSatisfy({ ToolCallCarrier.isPlain($0) }) { return name }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        let head = name.utf8.prefix(limit - 17).map { ToolCallCarrier.isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: head, as: UTF8.self) + "_" + String(repeating: "0", count: 16 - digits.utf8.count)
            + digits
    }
}
