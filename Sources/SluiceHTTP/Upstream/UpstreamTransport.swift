public import NIOCore
public import NIOHTTP1

/// What carries one attempt: a turn of an HTTP/1.1 connection, or an HTTP/2 stream. Loop-confined.
public protocol UpstreamTransport: AnyObject {
    /// Whether the connection served a request before this one.
    var isReused: Bool { get }
    /// Sends the request; the answer goes to `receiver`.
    func send(_ request: UpstreamRequest, receiver: any UpstreamReceiver)
    /// Calls ``UpstreamReceiver/upstreamDeadlinePassed()`` when the deadline comes and is not moved before.
    func setDeadline(_ deadline: NIODeadline)
    /// Reading the answer may go on, or not.
    func setReading(_ isReading: Bool)
    /// Ends the attempt: the answer is not wanted any more. The receiver hears nothing after this.
    func cancel()
}

/// Gets the answer of an upstream. Called on the loop of the transport.
public protocol UpstreamReceiver: AnyObject {
    /// The head of the answer. Informational answers are not shown.
    func upstreamSentHead(status: Int, headers: HTTPHeaders)
    /// A piece of the body.
    func upstreamSentBody(_ piece: ByteBuffer)
    /// The answer is complete. The transport is not the receiver's any more.
    func upstreamSentEnd()
    /// All that was read at once was delivered: the time to flush.
    func upstreamReadComplete()
    /// The attempt failed. Last call.
    func upstreamFailed(_ error: UpstreamError)
    /// The deadline that was set has passed.
    func upstreamDeadlinePassed()
}
