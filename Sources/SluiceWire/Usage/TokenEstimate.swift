/// A guess at how many tokens a prompt has, for when no vendor can be asked.
///
/// It counts bytes by their script and knows no tokenizer. Against the vendors' own counts English prose and code come
/// out within about a fifth, other scripts within about two fifths; pictures, sounds and documents, whose cost depends
/// on sizes that are not read here, are constants or go by their bytes. Whoever shows the number says that it is an
/// estimate.
public enum TokenEstimate {
    /// What a message costs beside its content.
    static let messageTokens = 4
    /// What a tool, a call or a result costs beside its text.
    static let toolTokens = 8
    /// What a picture costs: one of a megapixel at the vendors' usual detail.
    static let imageTokens = 1_100
    /// What a page of a document costs, and how many bytes of base64 a page is taken to have.
    static let pageTokens = 2_000
    static let pageBytes = 100_000
    /// How many bytes of base64 a token of sound or film is taken to have.
    static let mediaBytesPerToken = 800
    /// A string of base64's letters alone that is longer than this is no word.
    static let pictureBytes = 1024

    // Weights are twelfths of a token, so that sums are exact.
    private static let unit = 12

    /// The tokens of a request: messages, tools and the schema of the answer.
    public static func tokens(of request: NeutralRequest) -> Int {
        var total = 3
        for message in request.messages {
            total = TokenUsage.sum(total, self.messageTokens)
            total = TokenUsage.sum(total, self.tokens(of: message.parts))
        }
        for tool in request.tools { total = TokenUsage.sum(total, self.tokens(of: tool)) }
        if case .jsonSchema(let schema) = request.outputFormat {
            total = TokenUsage.sum(total, self.tokens(ofUTF8: schema.schema.bytes))
        }
        return total
    }

    /// The tokens of a text.
    public static func tokens(of text: JSONString) -> Int {
        self.tokens(ofUTF8: text.utf8)
    }

    /// The tokens of an answer, or of a part of one, that was seen to pass and was not read: of a stream's events each has one at
    /// least, and four bytes of text are about one.
    public static func tokens(ofContentBytes bytes: Int, events: Int) -> Int {
        max(events, bytes / 4)
    }

    private static func tokens(of parts: [NeutralPart]) -> Int {
        parts.reduce(0) { TokenUsage.sum($0, self.tokens(of: $1)) }
    }

    private static func tokens(of part: NeutralPart) -> Int {
        switch part.content {
        case .text(let text), .refusal(let text), .thinking(let text): self.tokens(of: text)
        case .redactedThinking: (part.signature?.value.escaped.count ?? 0) / 4
        case .image: self.imageTokens
        case .document(let media): self.tokens(ofDocument: media)
        case .audio(let media), .video(let media): self.size(of: media) / self.mediaBytesPerToken + self.toolTokens
        case .toolCall(let call):
            self.toolTokens + self.tokens(ofUTF8: Array(call.name.utf8)[...]) + self.tokens(of: call.arguments)
        case .toolResult(let result):
            // Results hold no results: one level down there are only leaves.
            result.parts.reduce(self.toolTokens) { sum, part in
                if case .toolResult = part.content { return sum }
                return TokenUsage.sum(sum, self.tokens(of: part))
            }
        case .opaque(let opaque): self.tokens(ofUTF8: opaque.value.bytes)
        }
    }

    private static func tokens(of tool: NeutralTool) -> Int {
        let schema: JSONFragment? =
            switch tool.kind {
            case .function(let schema): schema
            case .custom(let format): format
            case .hosted(let opaque): opaque.value
            }
        let texts =
            self.tokens(ofUTF8: Array(tool.name.utf8)[...]) + (tool.description.map { self.tokens(of: $0) } ?? 0)
        return self.toolTokens + texts + (schema.map { self.tokens(ofUTF8: $0.bytes) } ?? 0)
    }

    private static func tokens(ofDocument media: NeutralMedia) -> Int {
        if let text = media.plainText { return self.tokens(of: text) }
        return self.pageTokens * (self.size(of: media) / self.pageBytes + 1)
    }

    private static func size(of media: NeutralMedia) -> Int {
        if case .base64(let data) = media.source { data.escaped.count } else { 0 }
    }

    /// About four letters or three digits a token, two marks, two characters of other alphabets, one of CJK's, half an
    /// emoji.
    private static func tokens(ofUTF8 text: ArraySlice<UInt8>) -> Int {
        var weight = 0
        for byte in text { weight &+= self.weight(of: byte) }
        return (weight + self.unit - 1) / self.unit
    }

    @inline(__always)
    private static func weight(of byte: UInt8) -> Int {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x20: 3
        case 0x30...0x39: 4
        case 0x80...0xBF: 0
        case 0xC0...0xDF: 6
        case 0xE0...0xE2: 8
        case 0xE3...0xEF: 11
        case 0xF0...0xFF: 24
        default: 6
        }
    }

    /// The tokens of a request's body, in whatever dialect, without reading it as one: its strings count, and the names of its members
    /// stand for what messages and tools cost beside their content. A long string of nothing but base64's letters is a picture.
    ///
    /// One pass, nothing is copied.
    public static func tokens(ofJSON body: Span<UInt8>) -> Int {
        var total = 0
        var weight = 0
        var start = 0
        var isString = false
        var isPlain = true
        var index = 0
        while index < body.count {
            let byte = body[index]
            index &+= 1
            guard isString else {
                if byte == JSONToken.quote {
                    (isString, isPlain, weight, start) = (true, true, 0, index)
                }
                continue
            }
            switch byte {
            case JSONToken.quote:
                let length = index &- 1 &- start
                total = TokenUsage.sum(
                    total,
                    isPlain && length > self.pictureBytes
                        ? max(self.imageTokens, length / self.mediaBytesPerToken) : (weight + self.unit - 1) / self.unit
                )
                isString = false
            case JSONToken.backslash:
                // What is escaped is one mark, and no quotation mark ends the string.
                index &+= 1
                weight &+= 6
                isPlain = false
            default:
                if byte == 0x20 || byte >= 0x80 { isPlain = false }
                weight &+= self.weight(of: byte)
            }
        }
        return max(1, total)
    }
}
