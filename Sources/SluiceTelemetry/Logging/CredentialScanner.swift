/// Finds the byte ranges of what looks like a credential in a text. See ``CredentialMask``.
///
/// One pass; at each place where a word begins or an `=` or `:` stands, a bounded look at what follows or precedes it.
struct CredentialScanner {
    /// A vendor's key form: what it begins with, and how many key characters must follow.
    private struct Form {
        let lead: [UInt8]
        let minimum: Int

        init(_ lead: String, _ minimum: Int) {
            self.lead = Array(lead.utf8)
            self.minimum = minimum
        }
    }

    private static let forms = [
        Form("sk-", 6), Form("sk_", 10), Form("rk_", 10), Form("gsk_", 10), Form("xai-", 10), Form("pplx-", 10),
        Form("nvapi-", 10), Form("AIza", 16), Form("AKIA", 12), Form("ASIA", 12), Form("hf_", 10), Form("r8_", 10),
        Form("fw_", 10), Form("tgp_", 10), Form("ghp_", 10), Form("github_pat_", 10), Form("glpat-", 10),
        Form("xoxb-", 10), Form("eyJ", 16), Form("ya29.", 10), Form("cpk_", 10), Form("csk-", 10),
    ]

    /// The forms by their first byte, so that most words are passed over at once; `nil` where neither a form nor a scheme
    /// can begin.
    private static let formsByLead: [[Form]?] = {
        var table = [[Form]?](repeating: nil, count: 256)
        for byte in "bB".utf8 { table[Int(byte)] = [] }
        for form in Self.forms { table[Int(form.lead[0])] = (table[Int(form.lead[0])] ?? []) + [form] }
        return table
    }()

    private let text: UnsafeBufferPointer<UInt8>
    private var found: [Range<Int>] = []

    /// The ranges, ascending and apart.
    static func credentials(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard text.count >= 4 else { return [] }
        var scanner = CredentialScanner(text: text)
        scanner.scan()
        return scanner.found
    }

    private init(text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    private mutating func scan() {
        let table = Self.formsByLead
        var index = 0
        var isInWord = false
        while index < self.text.count {
            let byte = self.text[index]
            let isWord = Self.isWord(byte)
            var range: Range<Int>?
            if isWord, !isInWord, let forms = table[Int(byte)] {
                range = self.form(forms, at: index) ?? self.scheme(at: index)
            } else if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") {
                range = self.assignment(at: index) ?? self.userInfo(at: index)
            }
            isInWord = isWord
            if let range, !range.isEmpty {
                self.found.append(range)
                index = range.upperBound
                isInWord = false
            } else {
                index += 1
            }
        }
    }

    /// A vendor's key that begins here.
    private func form(_ forms: [Form], at start: Int) -> Range<Int>? {
        for form in forms where self.has(form.lead, at: start) {
            let end = self.endOfKey(from: start + form.lead.count)
            if end - start - form.lead.count >= form.minimum { return start..<end }
        }
        return nil
    }

    /// What follows `Bearer ` or `Basic `, if it is long enough to be no word.
    private func scheme(at start: Int) -> Range<Int>? {
        guard let end = self.endOfWord("bearer", at: start) ?? self.endOfWord("basic", at: start) else { return nil }
        guard end < self.text.count, self.text[end] == UInt8(ascii: " ") else { return nil }
        let value = end + 1
        let valueEnd = self.endOfValue(from: value)
        return valueEnd - value >= 8 ? value..<valueEnd : nil
    }

    /// The value after `name=` or `name:`, where the name is a credential's.
    private func assignment(at separator: Int) -> Range<Int>? {
        let letters = self.name(before: separator)
        guard !letters.isEmpty else { return nil }
        let isColon = self.text[separator] == UInt8(ascii: ":")
        // "key: value" is plain English; "?key=value" is Gemini's credential.
        if isColon, letters.elementsEqual("key".utf8) || letters.elementsEqual("auth".utf8) { return nil }
        guard CredentialMask.isCredential(letters: letters) else { return nil }
        var start = separator + 1
        while start < self.text.count, start - separator <= 3, Self.isSpaceOrQuote(self.text[start]) { start += 1 }
        // Their values hold spaces: `Authorization: Bearer …`, `Cookie: a=b; c=d`.
        let isLine = CredentialScanner.wholeLine.contains { letters.suffix($0.count).elementsEqual($0) }
        let end = isLine ? self.endOfLine(from: start) : self.endOfValue(from: start)
        // "unexpected token: }" is a parser's message.
        if isColon, letters.elementsEqual("token".utf8), end - start < 16 { return nil }
        return start..<end
    }

    /// The password in `scheme://user:password@host`; `colon` is the first of `://`.
    private func userInfo(at colon: Int) -> Range<Int>? {
        guard self.has([UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "/")], at: colon) else { return nil }
        var index = colon + 3
        var password: Int?
        while index < self.text.count, index - colon < 512 {
            switch self.text[index] {
            case UInt8(ascii: "@"): return password.map { $0..<index }
            case UInt8(ascii: ":") where password == nil: password = index + 1
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0...0x20: return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The name before a separator, in lower case and without punctuation; at most 64 bytes of it are looked at.
    private func name(before separator: Int) -> [UInt8] {
        var end = separator
        if end > 0, Self.isSpaceOrQuote(self.text[end - 1]) { end -= 1 }
        var start = end
        while start > 0, end - start < 64 {
            let byte = self.text[start - 1]
            guard Self.isWord(byte) || byte == UInt8(ascii: "-") else { break }
            start -= 1
        }
        return self.text[start..<end].compactMap { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") ? nil : Self.lower(byte)
        }
    }

    private static let wholeLine: [[UInt8]] = ["authorization", "cookie"].map { Array($0.utf8) }

    /// The end of `word`, given in lower case, if it stands here in any case.
    private func endOfWord(_ word: StaticString, at start: Int) -> Int? {
        let end = start + word.utf8CodeUnitCount
        guard end <= self.text.count else { return nil }
        return word.withUTF8Buffer { letters in
            for offset in letters.indices where self.text[start + offset] | 0x20 != letters[offset] { return nil }
            return end
        }
    }

    private func has(_ lead: [UInt8], at start: Int) -> Bool {
        guard start + lead.count <= self.text.count else { return false }
        for offset in lead.indices where self.text[start + offset] != lead[offset] { return false }
        return true
    }

    private func endOfKey(from start: Int) -> Int {
        var end = start
        while end < self.text.count {
            let byte = self.text[end]
            guard Self.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else { break }
            end += 1
        }
        return end
    }

    private func endOfValue(from start: Int) -> Int {
        var end = start
        while end < self.text.count, !Self.isDelimiter(self.text[end]) { end += 1 }
        return end
    }

    private func endOfLine(from start: Int) -> Int {
        var end = start
        while end < self.text.count, self.text[end] != 0x0A, self.text[end] != 0x0D, self.text[end] != 0x22 { end += 1 }
        return end
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isSpaceOrQuote(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x22 || byte == 0x27
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x22, 0x27, UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"),
            UInt8(ascii: "]"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        0x41...0x5A ~= byte ? byte | 0x20 : byte
    }
}
