import NIOCore

/// Reads the answers of an HTTP/1.1 upstream: one answer for each request, and never a byte that nobody asked for.
///
/// NIO's parser does the same behind two handlers, and costs several times as much for each event of a stream. This one takes
/// less than NIO's does, never more. Interim answers are left out. Source: RFC 9112.
struct HTTP1ResponseParser: ~Copyable {
    enum Part {
        case head(HTTP1ResponseHead)
        case body(ByteBuffer)
        case end
    }

    /// What the end of the connection makes of the answer.
    enum Ending: Equatable {
        /// No byte of an answer came.
        case nothing
        /// The answer ends with the connection, and is whole.
        case whole
        /// The connection ended within the answer.
        case partial
    }

    private enum State {
        /// No request is out, no byte may come. → head.
        case idle
        /// The head is awaited. → body.
        case head
        /// → idle.
        case body
    }

    /// The longest head.
    private static let headLimit = 80 * 1024

    private var state = State.idle
    private var input = HTTP1Input()
    private var body = HTTP1BodyReader(.none)

    /// A request goes out: an answer may come.
    mutating func expectAnswer() {
        self.state = .head
    }

    /// Takes bytes from the connection. ``next()`` is called until it has nothing more.
    mutating func feed(_ bytes: ByteBuffer) {
        self.input.feed(bytes)
    }

    /// The next part, or `nil` until more bytes come. After a fault nothing may be read any more.
    mutating func next() throws(HTTP1Fault) -> Part? {
        while true {
            switch self.state {
            case .body:
                switch try self.body.next(from: &self.input) {
                case .bytes(let piece): return .body(piece)
                case .end:
                    self.state = .idle
                    return .end
                case nil: return nil
                }
            case .idle:
                guard self.input.count == 0 else { throw .malformed }
                return nil
            case .head:
                guard let head = try self.takeHead() else { return nil }
                // Nobody asked for another protocol.
                guard head.status != 101 else { throw .malformed }
                if head.status < 200 {
                    // An interim answer after which nothing comes would leave the request without one.
                    guard head.keepsAlive else { throw .malformed }
                    continue
                }
                self.body = HTTP1BodyReader(head.framing)
                self.state = .body
                return .head(head)
            }
        }
    }

    private mutating func takeHead() throws(HTTP1Fault) -> HTTP1ResponseHead? {
        if self.input.searched < HTTP1ResponseHead.versionLength {
            guard self.input.look({ HTTP1ResponseHead.mayBegin(with: $0) }) else { throw .malformed }
        }
        guard let length = try self.input.blockLength(limit: Self.headLimit) else { return nil }
        let head = self.input.look { HTTP1ResponseHead(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
        guard let head else { throw .malformed }
        self.input.skip(length)
        return head
    }

    /// The connection ended.
    func finish() -> Ending {
        switch self.state {
        case .idle: .nothing
        case .head: self.input.count == 0 ? .nothing : .partial
        case .body: self.body.endsWithConnection ? .whole : .partial
        }
    }
}
