/// What is said about a text beside the text itself.
public enum NeutralAnnotation: Sendable, Hashable {
    /// Where something in it comes from.
    case citation(NeutralCitation)
    /// How likely its tokens were: a list of `{"token","logprob","bytes","top_logprobs"}`, as OpenAI's dialects and Ollama's
    /// write it. What more than one of these says goes one after the other.
    case logprobs(JSONFragment)

    /// How much text it is.
    var byteCount: Int {
        switch self {
        case .citation(let citation): citation.value.bytes.count
        case .logprobs(let list): list.bytes.count
        }
    }

    /// What a loss is called where a dialect has no place for it.
    var word: String {
        switch self {
        case .citation: "citations"
        case .logprobs: "logprobs"
        }
    }
}

/// A source that an answer names.
public struct NeutralCitation: Sendable, Hashable {
    /// Whose form ``value`` has.
    public var origin: Dialect
    /// The citation as its vendor wrote it; clients of that vendor's dialect get it unchanged.
    public var value: JSONFragment
    /// The address of the source; `nil` for sources that mean something to the vendor alone, as a document of the request.
    public var url: JSONString?
    /// The title of the source.
    public var title: JSONString?
    /// Where in the part's text it is cited, in Unicode code points; `nil` where that is the whole of the part.
    public var range: Range<Int>?

    /// Makes a citation.
    public init(
        origin: Dialect, value: JSONFragment, url: JSONString? = nil, title: JSONString? = nil,
        range: Range<Int>? = nil
    ) {
        self.origin = origin
        self.value = value
        self.url = url
        self.title = title
        self.range = range
    }

    /// The range that two fields of a vendor's say; `nil` where they say none.
    static func range(_ start: JSONNode?, _ end: JSONNode?) -> Range<Int>? {
        guard let start = start?.intValue, let end = end?.intValue, start >= 0, end >= start else { return nil }
        return start..<end
    }

    /// The range within a text that other texts of `offset` code points stand before; `length`: that of the part.
    func range(after offset: Int, length: Int) -> Range<Int> {
        guard let range else { return offset..<TokenUsage.sum(offset, length) }
        return TokenUsage.sum(offset, range.lowerBound)..<TokenUsage.sum(offset, range.upperBound)
    }
}

extension NeutralPart {
    /// Reports what is said about the part as lost, for dialects that have no place for it.
    func reportAnnotations(to losses: inout ConversionLosses) {
        for annotation in annotations { losses.drop(annotation.word) }
    }
}

extension JSONString {
    /// How many Unicode code points the text has. Halves of a pair that a stream cut apart are one.
    var codePoints: Int {
        escaped.withUnsafeBufferPointer { bytes in
            var count = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                guard byte == JSONToken.backslash else {
                    if byte & 0xC0 != 0x80 { count += 1 }
                    index += 1
                    continue
                }
                let isUnicode = index + 5 < bytes.count && bytes[index + 1] == UInt8(ascii: "u")
                // The second half of a pair: D, and from C to F.
                let isSecond =
                    isUnicode && bytes[index + 2] | 0x20 == UInt8(ascii: "d")
                    && (UInt8(ascii: "c")...UInt8(ascii: "f")).contains(bytes[index + 3] | 0x20)
                if !isSecond { count += 1 }
                index += isUnicode ? 6 : 2
            }
            return count
        }
    }
}

/// Writes log probabilities so that the strictest of the dialects that have them take them.
enum NeutralLogprobs {
    /// The elements of a list, without its brackets. Bytes that a vendor leaves out are those of the token's text.
    static func write(_ list: JSONFragment, to json: inout JSONWriter) {
        guard let document = try? list.parsed(), document.root.kind == .array else { return }
        for entry in document.root.elements where entry.kind == .object {
            json.beginObject()
            self.writeToken(entry, to: &json)
            json.key("top_logprobs" as StaticString)
            json.beginArray()
            if let others = entry["top_logprobs"], others.kind == .array {
                for other in others.elements where other.kind == .object {
                    json.beginObject()
                    self.writeToken(other, to: &json)
                    json.endObject()
                }
            }
            json.endArray()
            json.endObject()
        }
    }

    private static func writeToken(_ entry: JSONNode, to json: inout JSONWriter) {
        let token = JSONString(entry["token"]) ?? .empty
        json.key("token" as StaticString)
        json.string(token)
        json.key("bytes" as StaticString)
        if let bytes = entry["bytes"], bytes.kind == .array {
            json.fragment(JSONFragment(bytes))
        } else {
            json.beginArray()
            for byte in token.utf8 { json.integer(Int(byte)) }
            json.endArray()
        }
        json.key("logprob" as StaticString)
        if let value = entry["logprob"], value.kind == .number {
            json.fragment(JSONFragment(value))
        } else {
            json.integer(0)
        }
    }
}
