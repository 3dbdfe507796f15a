/// A reasoning item: `{"type":"reasoning","id","summary":[{"type":"summary_text","text"}],"encrypted_content"}`.
///
/// Its vendor wants it back whole, so the whole item is its seal. Open models show their thoughts themselves, in
/// `content` (`reasoning_text`), and seal nothing.
enum OpenAIResponsesReasoning {
    /// What stands between the texts of a summary.
    static let separator: JSONString = "\n\n"

    /// The texts of the summary; without a summary, of the thoughts.
    static func text(of item: JSONNode) -> JSONString {
        for key in ["summary", "content"] {
            guard let list = item[key], list.count > 0 else { continue }
            return JSONString.joined(
                list.elements.map { JSONString($0["text"]) ?? .empty }, separator: self.separator)
        }
        return .empty
    }

    /// The whole item as a seal; `nil` for one that holds nothing to bring back: it lies in the vendor's store only.
    static func signature(of item: JSONNode, model: String?) -> NeutralSignature? {
        let encrypted = JSONString(item["encrypted_content"])
        guard encrypted?.isEmpty == false || (item["content"]?.count ?? 0) > 0 else { return nil }
        var writer = JSONWriter(capacity: item.rawBytes.count + item.rawBytes.count / 8 + 2)
        writer.string(utf8: item.rawBytes.span)
        let bytes = writer.take()
        return NeutralSignature(
            JSONString(escaped: bytes[1..<bytes.count - 1]), origin: NeutralOrigin(.openAIResponses, model: model))
    }

    /// The item in a seal that this dialect made; `nil` for what is none.
    static func item(in signature: NeutralSignature) -> JSONFragment? {
        guard signature.origin.dialect == .openAIResponses,
            let item = try? JSONFragment(validating: signature.value.utf8), item.kind == .object
        else { return nil }
        return item
    }
}
