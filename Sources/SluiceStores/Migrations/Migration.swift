import Crypto

/// One step of the schema. Once released it is never edited: what comes later is a new step.
struct Migration: Sendable {
    /// Its place, from 1 without gaps.
    var number: Int
    /// A few words for people.
    var name: String
    /// Its statements, each ended by a semicolon.
    var statements: @Sendable (SQLDialect) -> String

    /// What tells whether the step that was made is the step that is known: the first 16 bytes of the SHA-256 of the statements, in hexadecimal.
    func checksum(_ dialect: SQLDialect) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(data: Array(self.statements(dialect).utf8))
        let text = digest.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
