/// Pieces that several of OpenAI's requests share.
enum OpenAIShapes {
    static let temperature = Shape.number(0...2)
    static let probability = Shape.number(0...1)
    static let penalty = Shape.number(-2...2)
    static let positive = Shape.integer(1...Int.max)
    static let metadata = Shape.object
    static let serviceTier = Shape.word(["auto", "default", "flex", "scale", "priority", "fast"])
    static let effort = Shape.word(["none", "minimal", "low", "medium", "high", "xhigh", "max"])
    static let verbosity = Shape.word(["low", "medium", "high"])
    static let cacheRetention = Shape.word(["in_memory", "in-memory", "24h"])
    static let stop = Shape.either([.string, .array(of: .string, count: 0...4)])
    static let streamOptions = Shape.fields(
        .optional("include_usage", .boolean), .optional("include_obfuscation", .boolean))
}
