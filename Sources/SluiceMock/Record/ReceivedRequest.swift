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

    /// Whose shape the reply is in where several vendors have the same path: Anthropic's for a request that says its
    /// version, Google's for one with a key of Google's kind, else OpenAI's.
    var vendor: VendorShape {
        if headers.contains(name: "anthropic-version") { return .anthropic }
        let isGoogle = headers.contains(name: "x-goog-api-key") || RequestURI(uri).query("key") != nil
        return isGoogle ? .gemini(inArray: false) : .openAI
    }
}
