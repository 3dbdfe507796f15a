import SluiceWire

/// A class of tokens as a label. The classes never overlap; see `TokenUsage`.
enum TokenClass: String, CaseIterable {
    case input
    case cacheRead = "cache_read"
    case cacheWrite5m = "cache_write_5m"
    case cacheWrite1h = "cache_write_1h"
    case audioInput = "audio_input"
    case output
    case reasoning
    case audioOutput = "audio_output"

    /// The number of tokens of this class.
    func count(in usage: TokenUsage) -> Int {
        switch self {
        case .input: usage.uncachedInput
        case .cacheRead: usage.cacheRead
        case .cacheWrite5m: usage.cacheWrite5m
        case .cacheWrite1h: usage.cacheWrite1h
        case .audioInput: usage.audioInput
        case .output: usage.output
        case .reasoning: usage.reasoning
        case .audioOutput: usage.audioOutput
        }
    }
}
