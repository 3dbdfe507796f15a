import Testing

@testable import SluiceWire

/// What holds for every text and every way in which a stream splits it. Inputs are the same in every run.
@Suite("Redaction, whatever comes", .timeLimit(.minutes(1)))
struct RedactorPropertyTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var z = self.state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let pieces = [
        "ann@example.com", "sk-abc123def456ghi789", "4111 1111 1111 1111", "4111111111111111", " ", ", ", "\n", "\"",
        "\\",
        "{", "}", "[", "]", ":", "\u{1F600}", "\u{E9}", "a", "word", "@", ".", "-", "+49 30 12345678",
        "Bearer abcdef0123456789",
        "{\"password\":\"x y\",\"n\":[1,2]}", "1", "0", "\t", "\u{1}", "null", "https://u:p@h.example/",
    ]

    private let redactor = Redactor(
        RedactionRules(
            patterns: Set(SensitivePattern.allCases),
            fields: [RedactedField("password"), RedactedField("a.b")].compactMap { $0 }))

    private func text(_ generator: inout Generator) -> String {
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }

    /// A JSON string in which characters are escaped now and then.
    private func quoted(_ text: Substring, _ generator: inout Generator) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case _
            where scalar.value < 0x20 || (scalar.value < 0x10000 && Int.random(in: 0..<10, using: &generator) == 0):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    @Test("any split of a text over the deltas of a stream gives the same text")
    func splits() throws {
        var generator = Generator(state: 1)
        for _ in 0..<500 {
            let text = self.text(&generator)
            let whole = try self.deltas(of: self.stream([text[...]], &generator)).joined()
            var parts: [Substring] = []
            var rest = text[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...6, using: &generator)
                parts.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            let deltas = try self.deltas(of: self.stream(parts, &generator))
            #expect(deltas.joined() == whole, "\(text.debugDescription)")
        }
    }

    private func stream(_ parts: [Substring], _ generator: inout Generator) -> [UInt8] {
        var stream = ""
        for part in parts {
            stream +=
                "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\(self.quoted(part, &generator))}}]}\n\n"
        }
        return Array(stream.utf8)
    }

    /// The deltas of the stream once it is redacted; the events must be JSON.
    private func deltas(of stream: [UInt8]) throws -> [String] {
        let redacted = self.redactor.redact(stream, as: .events).bytes
        return try redacted.split(separator: 0x0A).map { line in
            let document = try JSONDocument(parsing: Array(line.dropFirst("data: ".utf8.count)))
            let delta = Array(try #require(document.root["choices"]).elements)[0]["delta"]?["content"]?.stringValue
            return try #require(delta)
        }
    }

    @Test("JSON stays JSON, and what was redacted once stays as it is")
    func validity() throws {
        var generator = Generator(state: 2)
        for _ in 0..<500 {
            let body = Array(self.value(&generator, depth: 0).utf8)
            _ = try JSONDocument(parsing: body)
            let once = self.redactor.redact(body, as: .json)
            #expect(throws: Never.self, "\(String(decoding: body, as: UTF8.self))") {
                try JSONDocument(parsing: once.bytes)
            }
            let twice = self.redactor.redact(once.bytes, as: .json)
            #expect(twice.bytes == once.bytes)
        }
    }

    private func value(_ generator: inout Generator, depth: Int) -> String {
        switch Int.random(in: 0..<(depth < 3 ? 8 : 5), using: &generator) {
        case 0: return ["null", "true", "-1.5e3", "4111111111111111", "17"].randomElement(using: &generator) ?? "0"
        case 1...3: return self.quoted(self.text(&generator)[...], &generator)
        case 4: return self.quoted(self.value(&generator, depth: depth + 1)[...], &generator)
        case 5: return "[" + (0..<3).map { _ in self.value(&generator, depth: depth + 1) }.joined(separator: ",") + "]"
        default:
            let names = ["a", "b", "password", "content", "index"]
            let members = names.shuffled(using: &generator).prefix(3).map { name in
                "\"\(name)\": " + self.value(&generator, depth: depth + 1)
            }
            return "{" + members.joined(separator: " , ") + "}"
        }
    }

    @Test("bytes of any kind, in any form, cut or not, end in order")
    func anything() {
        var generator = Generator(state: 3)
        let forms: [BodyForm] = [.json, .array, .events, .lines, .text]
        for round in 0..<500 {
            var bytes = Array(self.value(&generator, depth: 0).utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let body = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            let result = self.redactor.redact(body, as: forms[round % forms.count], isCut: round % 2 == 0)
            // Replacements are longer than what they replace by a bounded factor.
            #expect(result.bytes.count <= body.count * 8 + 64)
        }
    }
}
