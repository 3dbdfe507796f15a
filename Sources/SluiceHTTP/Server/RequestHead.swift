public import NIOHTTP1

/// The head of a client's request, with the fields that the gateway looks at found in one pass.
public final class RequestHead: Sendable {
    /// The HTTP version that the client speaks.
    public enum Version: Sendable, Equatable {
        case http10
        case http11
        case http2
    }

    /// The method, as sent.
    public let method: HTTPMethod
    /// The request target, as sent.
    public let target: String
    /// The version of the connection.
    public let version: Version
    /// All header fields, in order.
    public let headers: HTTPHeaders
    /// The fields that the gateway itself reads.
    public let fields: RequestFields

    /// Makes a head and finds its fields.
    public init(method: HTTPMethod, target: String, version: Version, headers: HTTPHeaders) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.fields = RequestFields(headers)
    }

    /// The path of the target, without its query. An absolute-form target gives the path behind the authority.
    public var path: Substring {
        let target = self.pathAndQuery
        guard let question = Self.question(in: target) else { return target }
        return target[..<question]
    }

    /// The query of the target, without its question mark.
    public var query: Substring? {
        let target = self.pathAndQuery
        guard let question = Self.question(in: target) else { return nil }
        return target[target.utf8.index(after: question)...]
    }

    private static func question(in target: Substring) -> Substring.Index? {
        let bytes = target.utf8
        // Over the memory: indexes of a string's bytes cost thirty instructions each.
        let offset = bytes.withContiguousStorageIfAvailable { $0.firstIndex(of: UInt8(ascii: "?")) }
        guard let offset else { return bytes.firstIndex(of: UInt8(ascii: "?")) }
        return offset.map { bytes.index(bytes.startIndex, offsetBy: $0) }
    }

    private var pathAndQuery: Substring {
        let target = self.target[...]
        if target.utf8.first == UInt8(ascii: "/") { return target }
        for scheme in ["http://", "https://"] where target.hasPrefix(scheme) {
            let rest = target.dropFirst(scheme.count)
            // A question mark ends the authority as well: a slash behind it is the query's.
            let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            return end.map { rest[$0...] } ?? "/"
        }
        return target
    }
}
