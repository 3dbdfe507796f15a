/// Whether each call has its response and each response its call, turn by turn, as Google demands: after N calls
/// exactly N responses, in the next content.
enum GeminiCallPairing {
    /// Throws ``ConversionError/unsupported(_:_:)`` at the first that has not. Calls at the very end may be open.
    static func check(_ messages: ArraySlice<NeutralMessage>) throws(ConversionError) {
        var open: [String] = []
        var isAnswering = false
        for (index, message) in zip(messages.indices, messages) {
            if message.role == .tool {
                isAnswering = true
                for part in message.parts {
                    guard case .toolResult(let result) = part.content else { continue }
                    guard let place = open.firstIndex(of: result.callID) else {
                        throw .unsupported(
                            "messages[\(index)]",
                            "messages[\(index)]: the tool result for \(quoted(result.callID)) answers no call of "
                                + "the turn before it.")
                    }
                    open.remove(at: place)
                }
                continue
            }
            if !open.isEmpty, isAnswering || message.role != .assistant {
                throw .unsupported(
                    "messages[\(index)]",
                    "messages[\(index)]: the call \(quoted(open[0])) has no tool result after it.")
            }
            isAnswering = false
            for part in message.parts {
                if case .toolCall(let call) = part.content { open.append(call.id) }
            }
        }
        guard open.isEmpty || !isAnswering else {
            throw .unsupported("messages", "The call \(quoted(open[0])) has no tool result after it.")
        }
    }

    private static func quoted(_ id: String) -> String {
        "'\(id.unicodeScalars.prefix(64).map(String.init).joined())'"
    }
}
