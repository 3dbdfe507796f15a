/// What an upstream that speaks one of OpenAI's dialects, or nearly so, said went wrong.
///
/// Read tolerantly, in this order:
/// - `{"error":{"message","type","param","code"}}`: OpenAI and most others; `code` may be a number
/// - `{"error":"text","error_type":"..."}`: TEI, TGI; `{"error":"text"}`: Ollama
/// - `{"object":"error","message","type","param","code"}`: older vLLM; `{"message":...}`: several
/// - `{"detail":"text"}` and `{"detail":[{"loc":[...],"msg":"..."}]}`: servers on FastAPI
/// - `{"errors":[{"message","code"}]}`, and an array around any of these: front ends
/// - anything else: the first line of a text, the title of a page
public struct OpenAIUpstreamError: Sendable, Equatable {
    /// The vendor's words, at most ``messageLimit`` bytes; empty when it said nothing that can be shown.
    public var message: String
    /// The vendor's class of error.
    public var type: String?
    /// The vendor's code; a number as its text.
    public var code: String?
    /// The request member at fault.
    public var param: String?
    /// Whether the body was JSON of a known shape.
    public var isStructured: Bool

    /// How many bytes of UTF-8 a message keeps.
    public static let messageLimit = 4096
    /// How many bytes of UTF-8 type, code and param keep each.
    static let nameLimit = 256

    /// Creates an error; texts past their limits are cut.
    public init(
        message: String, type: String? = nil, code: String? = nil, param: String? = nil, isStructured: Bool = true
    ) {
        self.message = Self.cut(message, Self.messageLimit)
        self.type = type.map { Self.cut($0, Self.nameLimit) }
        self.code = code.map { Self.cut($0, Self.nameLimit) }
        self.param = param.map { Self.cut($0, Self.nameLimit) }
        self.isStructured = isStructured
    }

    /// Reads the body of an error reply, or the data of an error event.
    public static func parse(_ bytes: Span<UInt8>) -> OpenAIUpstreamError {
        let copy = bytes.withUnsafeBufferPointer { [UInt8]($0) }
        do throws(JSONError) {
            let document = try JSONDocument(parsing: copy, limits: JSONLimits(maximumNodes: 65_536))
            return parse(document.root) ?? OpenAIUpstreamError(message: "", isStructured: false)
        } catch {
            return OpenAIUpstreamError(message: text(copy), isStructured: false)
        }
    }

    private static func parse(_ node: JSONNode) -> OpenAIUpstreamError? {
        switch node.kind {
        case .string:
            return OpenAIUpstreamError(message: node.stringValue ?? "")
        case .array:
            // One level of wrapping is known; `parseObject` does not come back here.
            return node[0].flatMap { $0.kind == .object ? parseObject($0) : nil }
        case .object:
            return parseObject(node)
        default:
            return nil
        }
    }

    private static func parseObject(_ node: JSONNode) -> OpenAIUpstreamError? {
        if let error = node["error"], !error.isNull {
            if error.kind == .object { return fields(error) }
            if let text = error.stringValue {
                return OpenAIUpstreamError(
                    message: node["message"]?.stringValue ?? text,
                    type: node["error_type"]?.stringValue ?? node["type"]?.stringValue, code: code(node))
            }
        }
        if let detail = node["detail"], let message = detailText(detail) {
            return OpenAIUpstreamError(message: message, code: code(node))
        }
        if let first = node["errors"]?[0] {
            return first.kind == .object ? fields(first) : first.stringValue.map { OpenAIUpstreamError(message: $0) }
        }
        return fields(node)
    }

    /// `message`, `type`, `code` and `param` of an object; `nil` when it has neither message nor code.
    private static func fields(_ node: JSONNode) -> OpenAIUpstreamError? {
        let code = code(node)
        let message = node["message"]?.stringValue ?? node["msg"]?.stringValue
        guard message != nil || code != nil || node["type"]?.stringValue != nil else { return nil }
        return OpenAIUpstreamError(
            message: message ?? "", type: node["type"]?.stringValue ?? node["error_type"]?.stringValue, code: code,
            param: node["param"]?.stringValue)
    }

    private static func code(_ node: JSONNode) -> String? {
        node["code"].flatMap { $0.stringValue ?? $0.numberText }
    }

    /// The text of FastAPI's `detail`: a string, or a list of faults each with its place.
    private static func detailText(_ node: JSONNode) -> String? {
        if let text = node.stringValue { return text }
        if node.kind == .object { return node["message"]?.stringValue ?? node["msg"]?.stringValue }
        var parts: [String] = []
        for fault in node.elements.prefix(16) {
            guard let message = fault["msg"]?.stringValue ?? fault.stringValue else { continue }
            let place = fault["loc"].map { location in
                location.elements.prefix(16).compactMap { $0.stringValue ?? $0.numberText }.joined(separator: ".")
            }
            parts.append(place.map { $0.isEmpty ? message : "\($0): \(message)" } ?? message)
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// What to show of a body that is no JSON: the title of a page, else the first line.
    private static func text(_ bytes: [UInt8]) -> String {
        let head = bytes.prefix(16 * 1024)
        let start = head.firstIndex { $0 > 0x20 } ?? head.endIndex
        let body = head[start...]
        if body.first == 0x3C {
            guard let open = range(of: "<title>", in: body),
                let close = range(of: "</title>", in: body[open.upperBound...])
            else { return "" }
            return clean(body[open.upperBound..<close.lowerBound])
        }
        return clean(body.prefix { $0 != 0x0A && $0 != 0x0D })
    }

    /// Text without control characters, white space trimmed at its ends.
    private static func clean(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String(decoding: bytes.prefix(messageLimit), as: UTF8.self).unicodeScalars
        text.removeAll { $0.value < 0x20 || $0.value == 0x7F }
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// The first place of `text`, ASCII in lower case, upper and lower case alike.
    private static func range(of text: StaticString, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes.count >= wanted.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count) {
            let candidate = bytes[start..<start + wanted.count]
            let isEqual = zip(candidate, wanted).allSatisfy { byte, letter in
                byte == letter || (byte &- 0x41 < 26 && byte | 0x20 == letter)
            }
            if isEqual { return start..<start + wanted.count }
        }
        return nil
    }

    /// The longest prefix of whole scalars within `limit` bytes of UTF-8.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var index = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        while index > text.startIndex, String.Index(index, within: text.unicodeScalars) == nil {
            index = text.utf8.index(before: index)
        }
        return String(text[..<index])
    }
}
