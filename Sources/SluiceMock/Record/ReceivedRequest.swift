import NIOHTTP1

/// One request as it came in.
struct ReceivedRequest: Sendable {
    var method: String
    var uri: String
    var headers: HTTPHeaders
    var body: [UInt8]

    init(method: String, uri: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    /// The key: what follows `Bearer` in `authorization`, or `x-api-key`.
    var key: Substring? {
        if let value = headers.first(name: "authorization") {
            guard value.count > 7, value.prefix(7).lowercased() == "bearer " else { return nil }
            return value.dropFirst(7)
        }
        return headers.first(name: "x-api-key")?[...]
    }

    /// Whether the reply is to be in Anthropic's shape.
    var vendor: VendorShape {
        headers.contains(name: "anthropic-version") ? .anthropic : .openAI
    }
}
