import Testing

@testable import SluiceWire

@Suite("Patterns of sensitive texts")
struct PatternScanTests {
    private static let all = Set(SensitivePattern.allCases)

    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return PatternScan.matches(in: bytes, Self.all).map {
            "\($0.pattern.rawValue):" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test(
        "what is found",
        arguments: [
            ("write to ann.lee+x@mail.example.com.", ["email:ann.lee+x@mail.example.com"]),
            ("<mailto:a@b.co>", ["email:a@b.co"]),
            ("a@b.example, c@d.example", ["email:a@b.example", "email:c@d.example"]),
            ("jos\u{E9}@example.org", ["email:jos\u{E9}@example.org"]),
            ("ann@\u{4F8B}\u{5B50}.\u{516C}\u{53F8}", ["email:ann@\u{4F8B}\u{5B50}.\u{516C}\u{53F8}"]),
            ("x@xn--fsqu00a.xn--p1ai", ["email:x@xn--fsqu00a.xn--p1ai"]),
            ("https://ann:secret@host.example/x", ["email:secret@host.example"]),
            ("key sk-proj-abcDEF0123456789xyz.", ["api_key:sk-proj-abcDEF0123456789xyz"]),
            ("Authorization: bearer abcdef0123456789==", ["api_key:bearer abcdef0123456789=="]),
            ("AKIAIOSFODNN7EXAMPLE", ["api_key:AKIAIOSFODNN7EXAMPLE"]),
            ("ghp_0123456789abcdefghij", ["api_key:ghp_0123456789abcdefghij"]),
            (
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                ["api_key:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"]
            ),
            (
                "a -----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY----- b",
                ["api_key:-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----"]
            ),
            ("-----BEGIN PRIVATE KEY-----\nMIG", ["api_key:-----BEGIN PRIVATE KEY-----\nMIG"]),
            ("4111 1111 1111 1111", ["credit_card:4111 1111 1111 1111"]),
            ("card:5500-0000-0000-0004!", ["credit_card:5500-0000-0000-0004"]),
            ("no 12 4111111111111111 end", ["credit_card:4111111111111111"]),
            ("1234 4111 1111 1111 1111", ["credit_card:4111 1111 1111 1111"]),
            ("378282246310005", ["credit_card:378282246310005"]),
            // What follows a match at once is looked at as if it stood alone.
            (
                "AKIAIOSFODNN7EXAMPLE+49301234567+49301234568",
                ["api_key:AKIAIOSFODNN7EXAMPLE", "phone:+49301234567", "phone:+49301234568"]
            ),
            ("call +49 (30) 1234-5678 now", ["phone:+49 (30) 1234-5678"]),
        ] as [(String, [String])])
    func finds(text: String, expected: [String]) {
        #expect(self.found(text) == expected)
    }

    @Test(
        "what is not found",
        arguments: [
            "", "@", "a@b", "a@b.", "a@.com", "@example.com", "a @ b.com", "a@1.2.3.4", "4111 1111 1111 1112",
            "1796076591106", "0.4111111111111111", "41111111111111111111", "sk-short1",
            "sk-learn-something-longer-than-it",
            "risk-proj-abcDEF0123456789", "Bearer of good news and more", "+1 234", "1+49301234567",
            "-----BEGIN CERTIFICATE-----",
            "550e8400-e29b-41d4-a716-446655440000",
        ])
    func leaves(text: String) {
        #expect(self.found(text).isEmpty)
    }

    @Test("only what is asked for is looked for")
    func chosen() {
        let text = Array("a@b.example 4111111111111111".utf8)
        #expect(PatternScan.matches(in: text, [.card]).map(\.pattern) == [.card])
        #expect(PatternScan.matches(in: text, []).isEmpty)
    }

    @Test(
        "a text that is made to be slow takes no more time than its length", .timeLimit(.minutes(1)),
        arguments: ["@", "a@1.", "eyJ/", "4 ", "4111-", "-----BEGIN ", "+1 ", "sk-", "a@b.", "Bearer "])
    func linear(piece: String) {
        let text = Array(String(repeating: piece, count: (1 << 18) / piece.utf8.count).utf8)
        // A square of this length would take hours.
        _ = PatternScan.matches(in: text, Self.all)
    }
}
