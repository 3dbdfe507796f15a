extension PatternScan {
    /// A beginning that keys of one vendor have, or a word before a token.
    private struct Prefix {
        var text: [UInt8]
        /// How many bytes follow at least.
        var shortest: Int
        /// Whether there may be what tokens have and keys do not: points, slashes, plus and equals signs, tildes.
        var isToken = false
        /// Whether upper and lower case are the same.
        var ignoresCase = false

        init(_ text: String, _ shortest: Int = 16, isToken: Bool = false, ignoresCase: Bool = false) {
            self.text = Array(text.utf8)
            self.shortest = shortest
            self.isToken = isToken
            self.ignoresCase = ignoresCase
        }
    }

    /// Sources: the vendors' pages about their keys (read 2026-11). Those of this gateway begin with `sk-sl-`.
    private static let prefixes: [Prefix] = [
        // OpenAI, Anthropic, OpenRouter, DeepSeek, Mistral's agents, this gateway.
        Prefix("sk-"), Prefix("pk-"),
        // Stripe and its imitators.
        Prefix("sk_live_"), Prefix("sk_test_"), Prefix("rk_live_"), Prefix("rk_test_"), Prefix("whsec_"),
        // AWS, Google.
        Prefix("AKIA", 16), Prefix("ASIA", 16), Prefix("AIza", 30), Prefix("ya29.", 16, isToken: true),
        Prefix("GOCSPX-"),
        // GitHub, GitLab, Slack.
        Prefix("ghp_"), Prefix("gho_"), Prefix("ghu_"), Prefix("ghs_"), Prefix("ghr_"), Prefix("github_pat_"),
        Prefix("glpat-"), Prefix("xoxb-"), Prefix("xoxp-"), Prefix("xoxa-"), Prefix("xoxs-"), Prefix("xapp-"),
        // Hugging Face, Groq, xAI, Replicate, Perplexity, npm, Together, NVIDIA.
        Prefix("hf_"), Prefix("gsk_"), Prefix("xai-"), Prefix("r8_"), Prefix("pplx-"), Prefix("npm_"), Prefix("tgp_"),
        Prefix("nvapi-"),
        // JSON web tokens: `{"` in base64.
        Prefix("eyJ", 20, isToken: true),
        // Words of header fields.
        Prefix("Bearer ", 16, isToken: true, ignoresCase: true), Prefix("Basic ", 16, isToken: true, ignoresCase: true),
    ]

    /// What has no digit in so many bytes is no key, and is not looked through to its end.
    private static let wordBytes = 256
    private static let pemBegin = Array("-----BEGIN ".utf8)
    private static let pemKey = Array("PRIVATE KEY-----".utf8)
    private static let pemEnd = Array("-----END ".utf8)
    /// What stands between the two at the beginning: `ENCRYPTED `, `OPENSSH `.
    private static let pemKindBytes = 24

    /// The key or token that begins at an index, the word before a token included.
    func key(at start: Int) -> Range<Int>? {
        let before = self.before(start)
        guard !before.isLetter, !before.isDigit, before != UInt8(ascii: "_"), before != UInt8(ascii: "-") else {
            return nil
        }
        if self.byte(start) == UInt8(ascii: "-") { return self.privateKey(at: start) }
        for prefix in Self.prefixes where self.has(prefix.text, at: start, ignoresCase: prefix.ignoresCase) {
            let tail = start + prefix.text.count
            var end = tail
            var hasDigit = false
            while end < self.text.count, hasDigit || end - tail < Self.wordBytes,
                Self.isInKey(self.text[end], isToken: prefix.isToken)
            {
                hasDigit = hasDigit || self.text[end].isDigit
                end += 1
            }
            // The end of a sentence is no part of a token.
            while end > tail, self.text[end - 1] == UInt8(ascii: ".") { end -= 1 }
            // What has no digit is most often a word: sk-learn-something-longer.
            if end - tail >= prefix.shortest, hasDigit { return start..<end }
        }
        return nil
    }

    private static func isInKey(_ byte: UInt8, isToken: Bool) -> Bool {
        if byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") { return true }
        guard isToken else { return false }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "~"): return true
        default: return false
        }
    }

    /// A private key in PEM, to its last line, or to the end of the text where that is missing. Source: RFC 7468.
    private func privateKey(at start: Int) -> Range<Int>? {
        guard self.has(Self.pemBegin, at: start) else { return nil }
        let kind = start + Self.pemBegin.count
        guard let body = (kind...(kind + Self.pemKindBytes)).first(where: { self.has(Self.pemKey, at: $0) }) else {
            return nil
        }
        var index = body + Self.pemKey.count
        while index < self.text.count {
            if self.text[index] == UInt8(ascii: "-"), self.has(Self.pemEnd, at: index) {
                let line = index + Self.pemEnd.count
                let last = (line...(line + Self.pemKindBytes)).first { self.has(Self.pemKey, at: $0) }
                return start..<(last.map { $0 + Self.pemKey.count } ?? self.text.count)
            }
            index += 1
        }
        return start..<self.text.count
    }

    private func has(_ word: [UInt8], at start: Int, ignoresCase: Bool = false) -> Bool {
        guard start >= 0, start <= self.text.count - word.count else { return false }
        for offset in word.indices {
            let (byte, wanted) = (self.text[start + offset], word[offset])
            guard byte == wanted || (ignoresCase && RedactedField.lowered(byte) == RedactedField.lowered(wanted)) else {
                return false
            }
        }
        return true
    }
}
