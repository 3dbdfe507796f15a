import SluiceWire

/// What a credentials service answered, as JSON.
struct JSONAnswer {
    private let root: JSONNode

    /// Reads an answer with status 200. Throws what is wrong with any other, in words that hold nothing secret.
    init(_ answer: CredentialAnswer?, from who: String) throws(CredentialError) {
        guard let answer else { throw CredentialError("\(who) did not answer in time") }
        let document = try? JSONDocument(parsing: answer.body)
        guard answer.status == 200 else {
            // Of the body only the code: a message may repeat what was sent.
            let code = document.flatMap { Self.code($0.root) }.map { " (\($0))" } ?? ""
            throw CredentialError("\(who) answered with status \(answer.status)\(code)")
        }
        guard let document, document.root.kind == .object else {
            throw CredentialError("the answer of \(who) is no JSON object")
        }
        self.root = document.root
    }

    /// The text of a member that must be there.
    func text(_ key: String, from who: String) throws(CredentialError) -> String {
        guard let text = self.optionalText(key) else {
            throw CredentialError("the answer of \(who) has no \(key)")
        }
        return text
    }

    func optionalText(_ key: String) -> String? {
        guard let text = self.root[key]?.stringValue, !text.isEmpty else { return nil }
        // It becomes a header field.
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
    }

    func seconds(_ key: String) -> Int64? {
        guard let node = self.root[key] else { return nil }
        if let number = node.intValue { return Int64(number) }
        return node.stringValue.flatMap { Int64($0) }
    }

    private static func code(_ root: JSONNode) -> String? {
        let text = root["error"]?.stringValue ?? root["code"]?.stringValue ?? root["Code"]?.stringValue
        guard let text, text.utf8.count <= 64 else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
            default: false
            }
        }
        return isPlain ? text : nil
    }
}
