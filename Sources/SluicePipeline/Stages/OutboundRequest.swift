import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// The request to a provider: the client's bytes with what must differ spliced in, and only the header fields that may go.
struct OutboundRequest {
    let request: UpstreamRequest
    let surface: Surface
    /// How many choices were asked for.
    let choices: Int
    /// Whether the usage chunk was asked for by the gateway alone, and is kept from the client.
    let withholdsUsage: Bool

    init(
        state: ExchangeState,
        surface: Surface,
        trace: TraceContext?,
        scanned: ScannedRequest,
        model: String,
        entry: Snapshot.ProviderEntry,
        address: ProviderAddress
    ) {
        self.surface = surface
        self.choices = scanned.choices
        let (body, withholdsUsage) = Self.splice(scanned, surface: surface, model: model, provider: entry.provider)
        self.withholdsUsage = withholdsUsage
        self.request = UpstreamRequest(
            method: "POST",
            target: address.target,
            authority: entry.authority,
            headers: Self.headers(state, trace: trace, provider: entry.provider, address: address),
            body: body
        )
    }

    private static func splice(
        _ scanned: ScannedRequest,
        surface: Surface,
        model: String,
        provider: any Provider
    ) -> (body: [ByteBuffer], withholdsUsage: Bool) {
        let body = scanned.body
        switch scanned.form {
        case .multipart(let scan):
            if scan.model == model { return ([body], false) }
            return (Self.pieces(scan.segments(replacingModelWith: model), of: body), false)
        case .json(let scan):
            let asksForUsage =
                scan.isStreaming && surface.hasUsageOption && provider.takesStreamUsage && scan.includeUsage != true
            if scan.model == model, !asksForUsage { return ([body], false) }
            let bytes = body.readableBytesUInt8Span
            var splice = JSONSplice(of: bytes, members: scan.members)
            if scan.model != model {
                var name: [UInt8] = []
                JSONWriter.append(model, to: &name)
                splice.replaceValue(at: scan.modelIndex, with: name)
            }
            var withholdsUsage = false
            if asksForUsage {
                withholdsUsage = splice.setMember(
                    "include_usage",
                    ofObject: "stream_options",
                    to: Array("true".utf8),
                    in: bytes
                )
            }
            return (Self.pieces(splice.segments, of: body), withholdsUsage)
        }
    }

    private static func pieces(_ segments: [JSONSplice.Segment], of body: ByteBuffer) -> [ByteBuffer] {
        segments.compactMap { segment in
            switch segment {
            case .original(let range): body.getSlice(at: body.readerIndex + range.lowerBound, length: range.count)
            case .inserted(let bytes): ByteBuffer(bytes: bytes)
            }
        }
    }

    private static func headers(
        _ state: ExchangeState,
        trace: TraceContext?,
        provider: any Provider,
        address: ProviderAddress
    ) -> [(name: String, value: String)] {
        var headers = address.headers
        headers.reserveCapacity(headers.count + 10)
        let head = state.exchange.head
        let allowed = provider.forwardedHeaders
        let named = head.fields.connectionOptions
        for (name, value) in head.headers
        where name.isField("content-type") || name.isField("accept") || allowed.includes(name) {
            // What the client's connection names is that connection's (RFC 9110, section 7.6.1).
            if !named.isEmpty && named.contains(name.lowercased()) { continue }
            // The configuration's own fields and the credentials stand above the client's.
            if !address.headers.contains(where: { $0.name == name || $0.name == name.lowercased() }) {
                headers.append((name, value))
            }
        }
        if head.fields.contentType == nil { headers.append(("content-type", "application/json")) }
        headers.append(("accept-encoding", "identity"))
        headers.append(("user-agent", "sluice"))
        headers.append(("x-request-id", state.record.requestID))
        if let trace {
            headers.append(("traceparent", trace.continued(using: &state.exchange.loop.random)))
        }
        return headers
    }
}
