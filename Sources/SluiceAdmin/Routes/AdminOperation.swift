public import Hummingbird

/// One method of one path: what it does, and what the OpenAPI document says of it. Both are made from the same list, so that
/// neither can be without the other.
public struct AdminOperation: Sendable {
    /// Answers a call. What it throws becomes an error answer, see ``AdminError``.
    public typealias Handler = @Sendable (Request, AdminContext) async throws -> Response

    /// `GET`, `POST`, `PATCH` or `DELETE`.
    public let method: HTTPRequest.Method
    /// The path behind `/admin/v1`, with parameters in braces: `/keys/{id}`.
    public let path: String
    /// The name of the operation in generated clients: `listKeys`.
    public let id: String
    /// The group in documents: `keys`.
    public let tag: String
    /// One sentence without a period.
    public let summary: String
    /// What the query may hold.
    public let query: [AdminProperty]
    /// The header fields that it looks at.
    public let headers: [AdminProperty]
    /// The body, if it takes one.
    public let body: AdminSchema?
    /// The answers when all goes well.
    public let answers: [Answer]
    /// The statuses of errors beside 401, 403, 429, 500 and 503, which any operation can have.
    public let errors: [Int]
    /// Answers a call.
    public let handler: Handler

    /// An answer when all goes well.
    public struct Answer: Sendable {
        /// The status.
        public let status: Int
        /// The body in the document; `nil` for none.
        public let schema: AdminSchema?
        /// The media types that it can have.
        public let contentTypes: [String]

        /// Describes an answer.
        public init(_ status: Int, _ schema: AdminSchema?, contentTypes: [String] = ["application/json"]) {
            self.status = status
            self.schema = schema
            self.contentTypes = contentTypes
        }
    }

    /// Makes an operation.
    public init(
        _ method: HTTPRequest.Method,
        _ path: String,
        id: String,
        tag: String,
        summary: String,
        query: [AdminProperty] = [],
        headers: [AdminProperty] = [],
        body: AdminSchema? = nil,
        answers: [Answer],
        errors: [Int] = [],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.id = id
        self.tag = tag
        self.summary = summary
        self.query = query
        self.headers = headers
        self.body = body
        self.answers = answers
        self.errors = errors
        self.handler = handler
    }

    /// The names in braces.
    var pathParameters: [String] {
        self.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}

/// A part of the admin API: operations and the schemas that they name.
public protocol AdminRoutes: Sendable {
    /// The operations, below `/admin/v1`.
    var operations: [AdminOperation] { get }
    /// The schemas that ``AdminSchema/reference(_:)`` can name, by name.
    var schemas: [(name: String, schema: AdminSchema)] { get }
}
