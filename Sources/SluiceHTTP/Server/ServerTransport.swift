import NIOCore

/// What carries one exchange: a turn of an HTTP/1.1 connection, or an HTTP/2 stream. Loop-confined.
protocol ServerTransport: AnyObject {
    /// Whether more of an answer can be written before ``ServerExchange/observer`` is told so.
    var isWritable: Bool { get }
    /// The request's body is wanted now; a client that waits for `100 Continue` gets it.
    func wantBody(expectsContinue: Bool)
    /// Reading the request's body may go on, or not.
    func setBodyDemand(_ isWanted: Bool)
    /// Writes the head of the answer.
    func begin(_ head: ResponseHead)
    /// Writes a piece of the body.
    func write(_ piece: ByteBuffer)
    /// Sends what was written.
    func flush()
    /// The answer is complete: frames its end and sends it.
    func end()
    /// The answer cannot be completed: cuts it so that the client sees that it was cut.
    func abort()
}
