/// Why an attempt at an upstream failed below HTTP's own statuses.
public struct UpstreamError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed.
    public enum Kind: String, Sendable {
        /// No connection: name, route, refusal, TLS.
        case connect
        /// No connection in time.
        case connectTimeout = "connect_timeout"
        /// No permit to try: the provider is as busy as it may be.
        case queueFull = "queue_full"
        /// No permit in time.
        case queueTimeout = "queue_timeout"
        /// The connection ended before a byte of the answer came.
        case closedBeforeAnswer = "closed_before_answer"
        /// The connection ended within the answer.
        case cut
        /// The answer is no HTTP, or not what its head promised.
        case malformed
        /// A phase took longer than it may.
        case timeout
        /// The client left.
        case cancelled
        /// The gateway's own process ends.
        case shutdown
    }

    /// What failed.
    public var kind: Kind
    /// One sentence for logs and error messages. Never a key or a body.
    public var message: String

    /// Makes an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { "\(self.kind.rawValue): \(self.message)" }
}
