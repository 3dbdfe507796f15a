import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// The request to a provider: the client's bytes with what must differ spliced in, and only the header fields that may go.
struct OutboundRequest {
    let request: UpstreamRequest
    /// The surface that the provider is asked at.
    let surface: Surface
    /// The model, by the provider's name.
    let model: String
    /// How many choices were asked for.
    let choices: Int
    /// Whether the usage chunk was asked for by the gateway alone, and is kept from the client.
    let withholdsUsage: Bool
    /// Whether the client wants a stream.
    let wantsStream: Bool
    /// Whether the stream is one JSON array.
    let isArrayStream: Bool
    /// What becomes of the answer, when the provider does not speak the client's dialect.
    let conversion: AnswerConversion?

    /// The client's own body, for a provider that serves its surface.
    init(
        state: ExchangeState,
        trace: TraceContext?,
        scanned: ScannedRequest,
        model: String,
        entry: Snapshot.ProviderEntry,
        address: ProviderAddress
    ) throws(GatewayError) {
        self.surface = scanned.surface
        self.model = model
        self.choices = scanned.choices
        self.wantsStream = scanned.isStreaming
        self.conversion = nil
        let (body, withholdsUsage) = Self.splice(scanned, model: model, provider: entry.provider)
        self.withholdsUsage = withholdsUsage
        var target = address.target
        var isArray = false
        if scanned.surface == .streamGenerateContent, !Self.asksForEvents(state.exchange.head) {
            // Google's clients choose the framing of the stream in the query.
            target = String(target.prefix { $0 != "?" })
            isArray = true
        }
        self.isArrayStream = isArray
        self.request = try Self.request(
            target: target, entry: entry, body: body,
            headers: Self.headers(state, trace: trace, provider: entry.provider, address: address, isConverted: false)
        )
    }

    /// A body in the provider's dialect.
    init(
        state: ExchangeState,
        trace: TraceContext?,
        converted: ConvertedRequest,
        surface: Surface,
        model: String,
        wantsStream: Bool,
        entry: Snapshot.ProviderEntry,
        address: ProviderAddress
    ) throws(GatewayError) {
        self.surface = surface
        self.model = model
        self.choices = 1
        self.withholdsUsage = false
        self.wantsStream = wantsStream
        self.isArrayStream = false
        self.conversion = converted.answer
        self.request = try Self.request(
            target: address.target, entry: entry, body: [ByteBuffer(bytes: converted.body)],
            headers: Self.headers(state, trace: trace, provider: entry.provider, address: address, isConverted: true)
        )
    }

    private static func request(
        target: String,
        entry: Snapshot.ProviderEntry,
        body: [ByteBuffer],
        headers: [(name: String, value: String)]
    ) throws(GatewayError) -> UpstreamRequest {
        var headers = headers
        if entry.provider.signsRequests {
            headers = headers.map { ($0.name.lowercased(), $0.value) }
            let unsigned = UnsignedRequest(
                method: "POST",
                target: target,
                authority: entry.authority,
                headers: headers,
                now: WallClock.secondsSince1970(),
                visitBody: { visit in for piece in body { visit(piece.readableBytesUInt8Span) } }
            )
            headers += try entry.provider.signature(of: unsigned)
        }
        return UpstreamRequest(
            method: "POST",
            target: target,
            authority: entry.authority,
            headers: headers,
            body: body
        )
    }

    private static func asksForEvents(_ head: RequestHead) -> Bool {
        head.query?.split(separator: "&").contains("alt=sse") ?? false
    }

    private static func splice(
        _ scanned: ScannedRequest,
        model: String,
        provider: any Provider
    ) -> (body: [ByteBuffer], withholdsUsage: Bool) {
        let body = scanned.body
        switch scanned.form {
        case .path:
            return ([body], false)
        case .multipart(let scan):
            if scan.model == model { return ([body], false) }
            return (Self.pieces(scan.segments(replacingModelWith: model), of: body), false)
        case .json(let scan):
            let asksForUsage =
                scan.isStreaming && scanned.surface.hasUsageOption && provider.takesStreamUsage
                && scan.includeUsage != true
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
        address: ProviderAddress,
        isConverted: Bool
    ) -> [(name: String, value: String)] {
        var headers = address.headers
        headers.reserveCapacity(headers.count + 10)
        let head = state.exchange.head
        let allowed = isConverted ? provider.commonHeaders : provider.forwardedHeaders
        let named = head.fields.connectionOptions
        let identity = state.snapshot.identityHeaders
        for (name, value) in head.headers
        where (!isConverted && (name.isField("content-type") || name.isField("accept"))) || allowed.includes(name) {
            // What the client's connection names is that connection's (RFC 9110, section 7.6.1).
            if !named.isEmpty && named.contains(name.lowercased()) { continue }
            // Who asks is the gateway's to say.
            if identity.withheld.contains(name) { continue }
            // The configuration's own fields and the credentials stand above the client's.
            if !address.headers.contains(where: { $0.name == name || $0.name == name.lowercased() }) {
                headers.append((name, value))
            }
        }
        for (name, value) in address.defaults
        where !headers.contains(where: { $0.name == name || $0.name.lowercased() == name }) {
            headers.append((name, value))
        }
        if isConverted || head.fields.contentType == nil { headers.append(("content-type", "application/json")) }
        headers.append(("accept-encoding", "identity"))
        headers.append(("user-agent", "sluice"))
        headers.append(("x-request-id", state.record.requestID))
        for (name, value) in identity.fields(of: state.record.principal)
        where !headers.contains(where: { $0.name.lowercased() == name }) {
            headers.append((name, value))
        }
        if let trace {
            headers.append(("traceparent", trace.continued(using: &state.exchange.loop.random)))
        }
        return headers
    }
}
