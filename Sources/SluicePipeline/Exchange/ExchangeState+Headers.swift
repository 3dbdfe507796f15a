import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

extension ExchangeState {
    /// Adds what every response carries: the request id, where the limits stand, what browsers need where they are let in, and the
    /// attempts if the client wants to be told of them.
    func decorate(_ headers: inout HTTPHeaders, attempt: AttemptState? = nil) {
        var fields: [(String, String)] = []
        fields.reserveCapacity(8)
        fields.append(("x-request-id", self.record.requestID))
        if let limits = self.limits {
            let standing = limits.fields(for: self.clientSurface.dialect, now: WallClock.nanosecondsSince1970())
            Self.clear(standing, from: &headers)
            for field in standing { fields.append(field) }
        }
        // As a block: NIO looks at each name that is added alone.
        headers.add(contentsOf: HTTPHeaders(fields))
        if !self.record.policyWarnings.isEmpty {
            headers.add(name: "x-sluice-warnings", value: self.record.policyWarnings.joined(separator: ", "))
        }
        if self.exchange.head.fields.asksForAttempts, self.record.attempts > 0 {
            // The answer that begins is the last one's, and overtakes the other that still runs.
            let running = [attempt?.rival, attempt].compactMap { $0 }.filter { $0.record.outcome == nil }
            headers.add(
                name: "x-sluice-attempts",
                value: AttemptsHeader.value(
                    self.record, running: running.map { ($0.record, (self.now - $0.beganAt).nanoseconds) }))
        }
        // Anthropic's SDKs show this one; the provider's own stands where there is one.
        if self.record.surface.dialect == .anthropic, !headers.contains(name: "request-id") {
            headers.add(name: "request-id", value: self.record.requestID)
        }
        guard let policy = self.snapshot.crossOrigin, let origin = self.exchange.head.fields.origin else { return }
        headers.add(name: "vary", value: "origin")
        guard policy.allows(origin) else { return }
        headers.add(name: "access-control-allow-origin", value: origin)
        headers.add(
            name: "access-control-expose-headers",
            value: self.limits == nil ? Self.exposed : Self.exposedWithLimits)
    }

    private static let exposed = "x-request-id, retry-after, x-sluice-attempts, x-sluice-warnings, x-sluice-token-count"
    private static let exposedWithLimits =
        exposed + ", retry-after-ms, " + LimitHeaders.names.joined(separator: ", ")

    /// Where the gateway limits the client's requests or tokens, its own word stands alone: what a provider says of its limits is
    /// said of all clients of the gateway together.
    private static func clear(_ fields: [(name: String, value: String)], from headers: inout HTTPHeaders) {
        // Few answers come with such fields, and then none has to be looked for by its name.
        guard headers.contains(where: { LimitHeaders.isAdvice($0.name) }) else { return }
        if fields.contains(where: { LimitHeaders.isLimit($0.name) }) {
            for name in LimitHeaders.names { headers.remove(name: name) }
        }
        for (name, _) in fields { headers.remove(name: name) }
    }

    /// Whether whole JSON answers go to this client compressed.
    var acceptsCompression: Bool {
        guard self.snapshot.isCompressionEnabled, let accepted = self.exchange.head.fields.acceptEncoding else {
            return false
        }
        return AcceptEncoding.takesGzip(accepted)
    }
}
