/// A sort of text that is made unreadable wherever it stands. What each of them finds is in `docs/payload-capture.md`.
public enum SensitivePattern: String, Sendable, CaseIterable {
    /// Addresses: `name@example.com`.
    case email
    /// Keys of vendors by their prefixes, bearer tokens, JSON web tokens, private keys in PEM.
    case apiKey = "api_key"
    /// Numbers of 13 to 19 digits, in groups or not, whose check digit is right (Luhn).
    case card = "credit_card"
    /// International numbers, which begin with a plus sign.
    case phone

    /// What stands in the place of what was found.
    var replacement: [UInt8] { Array("[redacted:\(self.rawValue)]".utf8) }
}
