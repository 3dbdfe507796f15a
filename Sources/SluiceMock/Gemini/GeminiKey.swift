import NIOHTTP1

/// Where Google's API takes a key, and what it says without the right one.
enum GeminiKey {
    /// The value of `x-goog-api-key`, of `key` in the query, or what follows `Bearer` in `authorization`.
    static func key(of request: ReceivedRequest) -> Substring? {
        if let value = request.headers.first(name: "x-goog-api-key") { return value[...] }
        if let value = RequestURI(request.uri).query("key") { return value[...] }
        return request.key
    }

    static func fault(hasKey: Bool) -> RequestFault {
        hasKey
            ? RequestFault(
                .badRequest, "API key not valid. Please pass a valid API key.", code: "API_KEY_INVALID")
            : RequestFault(
                .forbidden,
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key "
                    + "or other form of API consumer identity to call this API.")
    }
}
