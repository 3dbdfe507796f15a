import NIOCore

/// Reads the requests of an HTTP/1.1 client, one after the other.
///
/// It takes less than NIO's parser, never more, and costs a fourth of it. Source: RFC 9112.
struct HTTP1RequestParser: ~Copyable {
    enum Part {
        case head(HTTP1RequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        /// A head is awaited. → body, closed.
        case head
        /// → head, closed.
        case body
        /// Nothing more is read: what comes cannot be made out.
        case closed
    }

    /// The longest head.
    private let headLimit: Int
    private var state = State.head
    private var input = HTTP1Input()
    private var body = HTTP1BodyReader(.none)
    /// Whether the client said that no request follows this one (RFC 9112, section 9.6).
    private var isLast = false

    /// - Parameter headLimit: in bytes, all of the head counted.
    init(headLimit: Int) {
        self.headLimit = headLimit
    }

    /// Whether a head has begun, and its end did not come.
    var isWithinHead: Bool {
        if case .head = self.state { return self.input.count > 0 }
        return false
    }

    /// Takes bytes from the connection. ``next()`` is called until it has nothing more.
    mutating func feed(_ bytes: ByteBuffer) {
        if case .closed = self.state { return }
        self.input.feed(bytes)
    }

    /// The next part, or `nil` until more bytes come. After a fault there is none any more.
    mutating func next() throws(HTTP1Fault) -> Part? {
        do throws(HTTP1Fault) {
            return try self.read()
        } catch {
            self.state = .closed
            throw error
        }
    }

    private mutating func read() throws(HTTP1Fault) -> Part? {
        switch self.state {
        case .head:
            guard let head = try self.takeHead() else { return nil }
            self.state = head.isUnreadable ? .closed : .body
            self.isLast = !head.keepsAlive
            self.body = HTTP1BodyReader(head.framing)
            return .head(head)
        case .body:
            switch try self.body.next(from: &self.input) {
            case .bytes(let piece): return .body(piece)
            case .end:
                self.state = self.isLast ? .closed : .head
                return .end
            case nil: return nil
            }
        case .closed:
            return nil
        }
    }

    private mutating func takeHead() throws(HTTP1Fault) -> HTTP1RequestHead? {
        // An empty line before a request is left out, as RFC 9112 section 2.2 asks.
        while self.input.look({ $0.count >= 2 && $0[0] == UInt8(ascii: "\r") && $0[1] == UInt8(ascii: "\n") }) {
            self.input.skip(2)
        }
        if self.input.searched < 16 {
            let isPlausible = self.input.look { bytes in
                HTTP1RequestHead.mayBegin(with: bytes) || (bytes.count == 1 && bytes[0] == UInt8(ascii: "\r"))
            }
            guard isPlausible else { throw .malformed }
        }
        guard let length = try self.input.blockLength(limit: self.headLimit) else { return nil }
        let head = self.input.look { HTTP1RequestHead(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
        guard let head else { throw .malformed }
        self.input.skip(length)
        return head
    }
}
