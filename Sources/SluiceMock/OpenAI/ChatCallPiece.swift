/// A piece of one tool call in a streamed chat completion.
struct ChatCallPiece: Sendable, Equatable {
    /// The call's index.
    var call: Int
    /// Whether it is the piece that has the id and the name.
    var isFirst: Bool
    /// What it adds to the arguments.
    var text: String

    /// The chunks of all calls, in the order that is asked for.
    static func chunks(of calls: [Answer.ToolCall], in order: CallStyle.Order) -> [[ChatCallPiece]] {
        let pieces = calls.enumerated().map { index, call in
            [ChatCallPiece(call: index, isFirst: true, text: "")]
                + AnswerText.tokens(of: call.arguments).map { ChatCallPiece(call: index, isFirst: false, text: $0) }
        }
        switch order {
        case .oneByOne:
            return pieces.flatMap { $0.map { [$0] } }
        case .interleaved:
            let longest = pieces.map(\.count).max() ?? 0
            return (0..<longest).flatMap { step in
                pieces.compactMap { step < $0.count ? [$0[step]] : nil }
            }
        case .inOneChunk:
            return calls.isEmpty
                ? [] : [calls.enumerated().map { ChatCallPiece(call: $0, isFirst: true, text: $1.arguments) }]
        }
    }
}
