import SluiceWire

/// Reads the text out of message content, whatever its dialect.
enum PromptText {
    /// As much of a text as an answer depends on, unless it is to be echoed: a prompt of 32 MiB is not copied.
    static let beginningBytes = 64 * 1024

    /// A string, or the `text` of every part of an array, joined. Each is cut to `limit` bytes of JSON text.
    static func text(of content: JSONNode?, limit: Int) -> String {
        guard let content else { return "" }
        if content.kind == .string { return beginning(of: content, limit) }
        var result = ""
        for part in content.elements where result.utf8.count < limit {
            if let text = part["text"] { result += beginning(of: text, limit) }
        }
        return result
    }

    private static func beginning(of node: JSONNode, _ limit: Int) -> String {
        guard node.range.count - 2 > limit else { return node.stringValue ?? "" }
        var raw = node.rawBytes.dropFirst().prefix(limit)
        // The cut must not leave half an escape or half a character.
        if let escape = raw.suffix(12).firstIndex(of: 0x5C) { raw = raw[..<escape] }
        while let last = raw.last, last == 0x5C || last >= 0x80 { raw = raw.dropLast() }
        let quoted = [0x22] + raw + [0x22]
        guard let document = try? JSONDocument(parsing: quoted) else { return "" }
        return document.root.stringValue ?? ""
    }

    /// Bytes of text in a message's content. Other parts (images, sound, files) count as 85 tokens each, whatever
    /// their size, so that the count does not depend on an encoding.
    static func bytes(of content: JSONNode?) -> Int {
        guard let content else { return 0 }
        if content.kind == .string { return content.range.count - 2 }
        var count = 0
        for part in content.elements {
            if let text = part["text"] {
                count += max(0, text.range.count - 2)
            } else if let nested = part["content"] {
                count += bytesOfParts(nested)
            } else {
                count += 340
            }
        }
        return count
    }

    /// The parts inside of a tool's result.
    private static func bytesOfParts(_ content: JSONNode) -> Int {
        if content.kind == .string { return content.range.count - 2 }
        return content.elements.reduce(0) { $0 + ($1["text"].map { max(0, $0.range.count - 2) } ?? 340) }
    }
}
