import NIOHTTP1
import SluiceCore

/// Refuses request heads that are well-formed and that another server might read differently.
///
/// What ``HTTP1RequestParser`` refuses (both lengths, two lengths, bad chunk sizes, spaces before colons, bare LF) never gets
/// here. Source: RFC 9112 sections 3.2, 6.1 and 6.3; RFC 9110 section 10.1.1.
struct RequestHeadCheck {
    let limits: ServerLimits

    /// What is wrong with the head, if anything is. All of these close the connection.
    func problem(with head: RequestHead) -> GatewayError? {
        if head.fields.count > self.limits.headerCount {
            return GatewayError(
                .headTooLarge,
                "The request has \(head.fields.count) header fields; at most \(self.limits.headerCount) are taken."
            )
        }
        if head.fields.byteCount + head.target.utf8.count > self.limits.headBytes {
            return GatewayError(.headTooLarge, "The request head is longer than \(self.limits.headBytes) bytes.")
        }
        if head.version == .http2 { return nil }
        if head.fields.hostCount > 1 {
            return GatewayError(.malformedRequest, "The request has more than one Host header.")
        }
        if !head.fields.isHostSane {
            return GatewayError(.malformedRequest, "The Host header is malformed.")
        }
        if head.version == .http11, head.fields.hostCount == 0 {
            return GatewayError(.malformedRequest, "An HTTP/1.1 request needs a Host header.")
        }
        if head.fields.hasTransferEncoding {
            if head.version == .http10 {
                return GatewayError(.malformedRequest, "Transfer-Encoding is not allowed in an HTTP/1.0 request.")
            }
            if !head.fields.isChunked {
                return GatewayError(.malformedRequest, "The only Transfer-Encoding that is taken is chunked.")
            }
        }
        if head.method == .CONNECT {
            return GatewayError(.methodNotAllowed, "CONNECT is not served here.", allowedMethods: "GET, HEAD, POST")
        }
        return nil
    }
}
