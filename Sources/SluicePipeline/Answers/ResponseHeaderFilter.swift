import NIOHTTP1
import SluiceCore
import SluiceHTTP

/// Which header fields of an upstream's answer reach the client, and those that the gateway reads itself, in one pass.
///
/// Framing and connection fields belong to each connection (RFC 9110, section 7.6.1); cookies, cross-origin rules and
/// whatever names the upstream's servers or the gateway's account there are nobody else's business.
struct ResponseHeaderFilter {
    private static let dropped = FieldNameSet([
        "connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-connection", "te",
        "trailer",
        "transfer-encoding", "upgrade", "content-length", "content-encoding", "date", "set-cookie", "set-cookie2",
        "server",
        "x-powered-by", "via", "alt-svc", "strict-transport-security", "content-security-policy", "report-to", "nel",
        "reporting-endpoints", "x-envoy-upstream-service-time", "x-envoy-decorator-operation", "openai-organization",
        "openai-project", "anthropic-organization-id", "x-ms-deployment-name", "www-authenticate", "age", "x-amz-cf-id",
        "x-amz-cf-pop", "x-served-by", "x-cache", "vary",
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-expose-headers", "access-control-max-age",
    ])

    /// What goes on; the upstream's request id under a name of its own.
    private(set) var kept: [(String, String)] = []
    /// `content-type`.
    private(set) var contentType: String?
    /// `content-length`, where it is a number.
    private(set) var contentLength: Int?
    /// `content-encoding`.
    private(set) var contentEncoding: String?

    init(_ headers: HTTPHeaders) {
        self.kept.reserveCapacity(headers.count + 4)
        var connectionOptions: [Substring] = []
        for (name, value) in headers {
            if name.isField("content-type") {
                self.contentType = value
            } else if name.isField("content-length") {
                self.contentLength = Int(value)
            } else if name.isField("content-encoding") {
                self.contentEncoding = value
            } else if name.isField("connection") {
                // The two usual values name no further field.
                if value.isField("keep-alive") || value.isField("close") { continue }
                connectionOptions += value.lowercased().split { $0 == "," || $0 == " " }
            } else if name.isField("x-request-id") {
                self.kept.append(("x-upstream-request-id", value))
                continue
            }
            if Self.dropped.contains(name) || Self.isOfCloudflare(name) { continue }
            self.kept.append((name, value))
        }
        if connectionOptions.contains(where: { $0 != "keep-alive" && $0 != "close" }) {
            self.kept.removeAll { connectionOptions.contains($0.0.lowercased()[...]) }
        }
    }

    private static func isOfCloudflare(_ name: String) -> Bool {
        var bytes = name.utf8.makeIterator()
        guard let first = bytes.next(), first | 0x20 == UInt8(ascii: "c") else { return false }
        guard let second = bytes.next(), second | 0x20 == UInt8(ascii: "f") else { return false }
        return bytes.next() == UInt8(ascii: "-")
    }
}
