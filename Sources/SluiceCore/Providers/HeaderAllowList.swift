/// Which of a client's header fields go on to a provider.
///
/// What belongs to the client's connection, its credentials and what the gateway writes itself never go, whatever is listed.
public struct HeaderAllowList: Sendable, Equatable {
    private static let never = FieldNameSet([
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "host",
        "connection",
        "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade",
        "expect",
        "content-length", "content-encoding", "http2-settings", "accept-encoding", "user-agent", "x-request-id",
        "traceparent", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
        "x-user-id", "x-tenant",
    ])

    private let names: FieldNameSet
    private let prefixes: [[UInt8]]

    /// Makes a list. A name that ends in `*` stands for all that begin like it.
    public init(_ names: some Sequence<String>) {
        let names = names.map { $0.lowercased() }
        self.names = FieldNameSet(names.filter { !$0.hasSuffix("*") })
        self.prefixes = names.filter { $0.hasSuffix("*") }.map { Array($0.dropLast().utf8) }
    }

    /// Whether the field with this name goes on.
    public func includes(_ name: String) -> Bool {
        guard self.names.contains(name) || self.prefixes.contains(where: { name.equalsField($0[...], prefix: true) })
        else {
            return false
        }
        return !Self.never.contains(name)
    }
}
