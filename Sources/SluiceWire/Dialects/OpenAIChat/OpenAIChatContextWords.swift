/// The words by which servers say that a conversation is too long for the model.
enum OpenAIChatContextWords {
    private static let words = [
        "context length", "context window", "context size", "context_length", "prompt is too long", "input is too long",
        "input token count", "too many input tokens", "longer than the model's context", "exceeds the model's context",
    ]

    static func occur(in message: String) -> Bool {
        let text = message.utf8.prefix(2048).map { byte in byte &- 0x41 < 26 ? byte | 0x20 : byte }
        return words.contains { word in contains(Array(word.utf8), in: text) }
    }

    private static func contains(_ word: [UInt8], in text: [UInt8]) -> Bool {
        guard text.count >= word.count else { return false }
        return (0...(text.count - word.count)).contains { start in
            text[start] == word[0] && text[start..<start + word.count].elementsEqual(word)
        }
    }
}
