/// The text of an answer as tokens, made when they are asked for: an answer of ten million tokens takes no memory.
///
/// A token here is a piece of text with the space that follows it. The first tokens are given (what the answer really
/// says), further ones come from a word list by the seed, or the whole is ``Filler`` in pieces of one size.
struct AnswerText: Sendable, Equatable {
    private enum Source: Sendable, Equatable {
        case words(first: [String], seed: UInt64)
        case filler(bytes: Int, pieceBytes: Int)
    }

    private let source: Source
    /// How many tokens there are.
    private(set) var count: Int

    private static let words = [
        "clear", "water", "moves", "slowly", "through", "the", "open", "gate", "and", "every", "small", "stream",
        "finds", "its", "way", "to", "a", "wide", "river", "where", "light", "falls", "on", "stone", "before", "night",
        "comes", "with", "wind", "from", "north", "again",
    ]

    /// An answer that begins with `first` and has `count` tokens; nil for as many as `first` has.
    init(first: [String], count: Int?, seed: UInt64) {
        source = .words(first: first, seed: seed)
        self.count = count ?? first.count
    }

    /// `bytes` of filler in tokens of `pieceBytes`.
    init(fillerBytes bytes: Int, pieceBytes: Int) {
        let piece = max(1, pieceBytes)
        source = .filler(bytes: max(0, bytes), pieceBytes: piece)
        count = max(0, bytes) / piece + (max(0, bytes) % piece == 0 ? 0 : 1)
    }

    /// Splits text into tokens: words with what follows them, none longer than 24 bytes, joined the text again.
    static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        var start = text.unicodeScalars.startIndex
        var index = start
        var length = 0
        let scalars = text.unicodeScalars
        while index < scalars.endIndex {
            let scalar = scalars[index]
            scalars.formIndex(after: &index)
            length += 1
            if scalar == " " || scalar == "\n" || length == 6 * 4 {
                tokens.append(String(scalars[start..<index]))
                start = index
                length = 0
            }
        }
        if start < scalars.endIndex { tokens.append(String(scalars[start...])) }
        return tokens
    }

    /// Bytes of filler when the whole text is filler, so that a whole reply need not hold it.
    var fillerBytes: Int? {
        guard case .filler(let bytes, _) = source else { return nil }
        return bytes
    }

    /// The token at `index`; an empty one outside of the text.
    func token(_ index: Int) -> String {
        guard index >= 0, index < count else { return "" }
        switch source {
        case .words(let first, let seed):
            if index < first.count { return first[index] }
            let word = Self.words[Int(DeterministicHash.mix(seed, index) % UInt64(Self.words.count))]
            let isJoint = index == first.count && first.last.map { $0.last?.isWhitespace == false } ?? false
            return (isJoint ? " " : "") + word + (index == count - 1 ? "." : " ")
        case .filler(let bytes, let pieceBytes):
            let length = min(pieceBytes, bytes - index * pieceBytes)
            return String(decoding: Filler.bytes(max(0, length)), as: UTF8.self)
        }
    }

    /// The whole text.
    var text: String {
        var text = ""
        for index in 0..<count { text += token(index) }
        return text
    }

    /// Cuts the text to `limit` tokens. Returns whether that took something away.
    mutating func cut(to limit: Int) -> Bool {
        guard limit < count else { return false }
        count = max(0, limit)
        return true
    }
}
