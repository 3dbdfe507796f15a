public import SluiceCore

/// Asks for small documents: the seam between what tokens need and the network.
public protocol DocumentFetching: Sendable {
    /// The answer, or `nil` when none came in time, or it was longer than ``DocumentRequest/limitBytes``.
    func answer(to request: DocumentRequest) async -> DocumentAnswer?
}

/// What is asked.
public struct DocumentRequest: Sendable, Equatable {
    /// The longest answer that is read.
    public static let limitBytes = 256 * 1024
    /// How long an answer may take.
    public static let timeoutSeconds = 5

    /// Where it is asked.
    public var url: WebURL
    /// `GET`, or `POST` with a body.
    public var method: String
    /// Lower-case names and their values.
    public var headers: [HeaderField]
    /// The body of a `POST`.
    public var body: [UInt8]?

    /// One header field.
    public struct HeaderField: Sendable, Equatable {
        /// The name in lower case.
        public var name: String
        /// The value; never printed, since it may hold a secret.
        public var value: Secret
    }

    /// A document that is got.
    public static func get(_ url: WebURL) -> DocumentRequest {
        DocumentRequest(
            url: url, method: "GET", headers: [HeaderField(name: "accept", value: Secret("application/json"))])
    }
}

/// What was answered.
public struct DocumentAnswer: Sendable, Equatable {
    /// The HTTP status.
    public var status: Int
    /// For how long the answer may be kept, where it says so.
    public var maxAgeSeconds: Int?
    /// The body.
    public var body: [UInt8]

    /// Makes an answer.
    public init(status: Int, maxAgeSeconds: Int? = nil, body: [UInt8]) {
        self.status = status
        self.maxAgeSeconds = maxAgeSeconds
        self.body = body
    }

    /// Makes an answer; `cacheControl` is its `cache-control` field. Source: RFC 9111, section 5.2.2.
    public init(status: Int, cacheControl: String?, body: [UInt8]) {
        self.init(status: status, maxAgeSeconds: cacheControl.flatMap { Self.maxAge(of: $0) }, body: body)
    }

    private static func maxAge(of field: String) -> Int? {
        var age: Int?
        for directive in field.lowercased().split(whereSeparator: { $0 == "," || $0 == " " }) {
            if directive == "no-store" || directive == "no-cache" { return 0 }
            if directive.hasPrefix("max-age=") { age = Int(directive.dropFirst(8)).map { max(0, $0) } ?? age }
        }
        return age
    }
}
