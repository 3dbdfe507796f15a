/// How one credential is fetched: a machine without IO that says what to ask for next, and is told the answer.
///
/// Whoever drives it begins with ``CredentialInput/start`` and goes on until ``CredentialStep/done(_:)`` or
/// ``CredentialStep/failed(_:)``. Every flow ends after a few steps.
public protocol CredentialFlow: Sendable {
    /// What to do after `input`.
    ///
    /// - Parameter now: the time, in seconds since 1970.
    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep
}

/// What a flow is told.
public enum CredentialInput: Sendable {
    /// Nothing yet.
    case start
    /// The file that was to be read; `nil` when it cannot be.
    case file([UInt8]?)
    /// The answer that was asked for; `nil` when none came in time.
    case answer(CredentialAnswer?)
}

/// What a flow wants.
public enum CredentialStep: Sendable {
    /// Read a file of at most 64 KiB.
    case read(path: String)
    /// Send a request.
    case ask(CredentialRequest)
    /// Here it is.
    case done(ExpiringCredential)
    /// There is none.
    case failed(CredentialError)
}

/// A request of a flow.
public struct CredentialRequest: Sendable, Equatable {
    /// `GET`, `PUT` or `POST`.
    public var method: String
    /// Where it goes.
    public var url: CredentialURL
    /// The fields, with lower-case names; `host` and the length are the transport's.
    public var headers: [(name: String, value: String)]
    /// The body; `nil` for none.
    public var body: [UInt8]?
    /// How long the answer may take, in seconds.
    public var timeoutSeconds: Int

    /// Makes a request.
    public init(
        _ method: String,
        _ url: CredentialURL,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        timeoutSeconds: Int = 5
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
    }

    public static func == (left: CredentialRequest, right: CredentialRequest) -> Bool {
        left.method == right.method && left.url == right.url && left.body == right.body
            && left.headers.map(\.name) == right.headers.map(\.name)
            && left.headers.map(\.value) == right.headers.map(\.value)
            && left.timeoutSeconds == right.timeoutSeconds
    }
}

/// The answer to a request of a flow.
public struct CredentialAnswer: Sendable, Equatable {
    /// The HTTP status.
    public var status: Int
    /// The body.
    public var body: [UInt8]

    /// Makes an answer.
    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
