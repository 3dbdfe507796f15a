/// Why an answer ended, in Ollama's words: `stop`, `length`, `load`, `unload`.
enum OllamaFinish {
    /// Reads `done_reason`. Ollama says `stop` also where it called tools; servers before 0.1.38 said nothing.
    static func read(_ word: String?, hasCalls: Bool) -> NeutralFinish {
        switch word {
        case "length": NeutralFinish(.length, vendorWord: word)
        default: NeutralFinish(hasCalls ? .toolCalls : .stop, vendorWord: word)
        }
    }

    /// The word for a reason; reasons that Ollama has no word for are reported.
    static func word(for finish: NeutralFinish, _ losses: inout ConversionLosses) -> String {
        switch finish.reason {
        case .stop, .stopSequence, .toolCalls: return "stop"
        case .length, .contextWindow: return "length"
        case .refusal, .contentFilter, .pause, .malformedOutput:
            losses.adapt("finish_reason")
            return "stop"
        }
    }
}
