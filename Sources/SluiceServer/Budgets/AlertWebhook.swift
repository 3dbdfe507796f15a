import Crypto
import SluiceCore
import SluiceHTTP

/// Where alerts of budgets go.
struct AlertWebhook: Sendable {
    /// Where connections go.
    var origin: UpstreamOrigin
    /// Path and query; begins with `/`.
    var target: String
    /// What alerts are signed with; `nil` for no signature.
    var secret: Secret?

    /// The header fields of a body: its type and, with a secret, `x-sluice-signature: t=SECONDS,v1=HEX`, where HEX is the
    /// HMAC-SHA256 of `SECONDS.BODY`. The time is signed too, so that a receiver can refuse what is sent again later.
    func headers(for body: [UInt8], secondsSince1970 time: Int64) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [("content-type", "application/json")]
        guard let secret else { return headers }
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.expose().utf8)))
        code.update(data: Array("\(time).".utf8))
        code.update(data: body)
        let digits = Array("0123456789abcdef".utf8)
        let text = String(
            decoding: code.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        headers.append(("x-sluice-signature", "t=\(time),v1=\(text)"))
        return headers
    }
}
