import NIOHTTP1
import SluiceHTTP

/// Which header fields of an upstream's answer reach the client.
///
/// Framing and connection fields belong to each connection (RFC 9110, section 7.6.1); cookies, cross-origin rules and
/// whatever names the upstream's servers or the gateway's account there are nobody else's business.
enum ResponseHeaderFilter {
    private static let dropped: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "content-encoding", "date", "set-cookie", "set-cookie2", "server",
        "x-powered-by", "via", "alt-svc", "strict-transport-security", "content-security-policy", "report-to", "nel",
        "reporting-endpoints", "x-envoy-upstream-service-time", "x-envoy-decorator-operation", "openai-organization",
        "openai-project", "www-authenticate", "age", "x-amz-cf-id", "x-amz-cf-pop", "x-served-by", "x-cache", "vary",
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-expose-headers", "access-control-max-age",
    ]

    /// The fields that go on, with lower-case names; the upstream's request id under a name of its own.
    static func filter(_ headers: HTTPHeaders) -> HTTPHeaders {
        var result = HTTPHeaders()
        result.reserveCapacity(headers.count + 2)
        var connectionOptions: [String] = []
        for value in headers[canonicalForm: "connection"] { connectionOptions.append(value.lowercased()) }
        for (name, value) in headers {
            let name = name.lowercased()
            if Self.dropped.contains(name) || name.hasPrefix("cf-") || connectionOptions.contains(name) { continue }
            if name == "x-request-id" {
                result.add(name: "x-upstream-request-id", value: value)
            } else {
                result.add(name: name, value: value)
            }
        }
        return result
    }
}
