import SluiceWire

/// A body of any form is redacted: JSON stays JSON, what was redacted stays as it is, and nothing becomes endless.
enum RedactionOracle {
    private static let redactor = Redactor(
        RedactionRules(
            patterns: Set(SensitivePattern.allCases),
            fields: [RedactedField("usage"), RedactedField("a.b")].compactMap { $0 }))

    static func check(_ input: [UInt8]) -> String? {
        for form in [BodyForm.json, .array, .events, .lines, .text] {
            for isCut in [false, true] {
                let once = self.redactor.redact(input, as: form, isCut: isCut)
                if once.bytes.count > input.count * 8 + 64 { return "\(form): a body that grows" }
            }
        }
        guard (try? JSONDocument(parsing: input)) != nil else { return nil }
        for form in [BodyForm.json, .array] {
            let once = self.redactor.redact(input, as: form)
            guard (try? JSONDocument(parsing: once.bytes)) != nil else { return "\(form): JSON that is none any more" }
        }
        let once = self.redactor.redact(input, as: .json)
        let twice = self.redactor.redact(once.bytes, as: .json)
        return twice.bytes == once.bytes ? nil : "what was redacted is redacted again"
    }
}
