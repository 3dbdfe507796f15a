/// Whether a conversation says the word JSON, in any case: OpenAI refuses `json_object` where it does not.
enum OpenAIChatJSONWord {
    static func occurs(in request: NeutralRequest) -> Bool {
        request.messages.contains { message in
            message.parts.contains { part in
                if case .text(let text) = part.content { occurs(in: text.escaped) } else { false }
            }
        }
    }

    private static func occurs(in bytes: ArraySlice<UInt8>) -> Bool {
        // The last four bytes in lower case; an escape never stands within the word.
        var window: UInt32 = 0
        for byte in bytes {
            window = window << 8 | UInt32(byte | 0x20)
            if window == 0x6A73_6F6E { return true }
        }
        return false
    }
}
