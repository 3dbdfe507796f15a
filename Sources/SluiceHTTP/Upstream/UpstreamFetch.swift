public import NIOCore
public import NIOHTTP1

/// Asks an upstream for something small, outside of any exchange.
public final class UpstreamFetch: UpstreamReceiver {
    /// What an upstream answered.
    public struct Answer: Sendable {
        /// The HTTP status.
        public var status: Int
        /// The header fields.
        public var headers: HTTPHeaders
        /// The body.
        public var body: ByteBuffer
    }

    private var body = ByteBuffer()
    private var status = 0
    private var headers = HTTPHeaders()
    private let limit: Int
    private let take: (@Sendable (ByteBuffer) -> Bool)?
    private var transport: (any UpstreamTransport)?
    private var waiter: CheckedContinuation<Answer?, Never>?

    private init(limit: Int, take: (@Sendable (ByteBuffer) -> Bool)?) {
        self.limit = limit
        self.take = take
    }

    /// The body of a 2xx answer, or `nil` when there is none in time, or it is longer than the limit.
    public static func get(
        _ request: UpstreamRequest,
        from origin: UpstreamOrigin,
        on loop: LoopContext,
        timeout: TimeAmount,
        limitBytes: Int
    ) async -> ByteBuffer? {
        let answer = await self.answer(
            to: request, from: origin, on: loop, timeout: timeout, limitBytes: limitBytes)
        guard let answer, (200..<300).contains(answer.status) else { return nil }
        return answer.body
    }

    /// The answer, whatever its status, or `nil` when there is none in time, or it is longer than the limit.
    ///
    /// - Parameter take: gets the pieces of the body of a 2xx as they come, of any length in all; that answer's own body is empty then.
    ///   `false`: no more is wanted, and the answer is taken to end there. Nothing is read while it runs.
    public static func answer(
        to request: UpstreamRequest,
        from origin: UpstreamOrigin,
        on loop: LoopContext,
        timeout: TimeAmount,
        limitBytes: Int,
        take: (@Sendable (ByteBuffer) -> Bool)? = nil
    ) async -> Answer? {
        let deadline = loop.eventLoop.now + timeout
        guard let transport = try? await loop.upstreams.acquire(origin, timeout: timeout) else { return nil }
        let fetch = UpstreamFetch(limit: limitBytes, take: take)
        fetch.transport = transport
        return await withCheckedContinuation { continuation in
            fetch.waiter = continuation
            transport.setDeadline(deadline)
            transport.send(request, receiver: fetch)
        }
    }

    private func finish(_ result: Answer?) {
        self.transport = nil
        let waiter = self.waiter
        self.waiter = nil
        waiter?.resume(returning: result)
    }

    public func upstreamSentHead(status: Int, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }

    public func upstreamSentBody(_ piece: ByteBuffer) {
        if let take, (200..<300).contains(self.status) {
            guard !take(piece) else { return }
            let transport = self.transport
            self.finish(Answer(status: self.status, headers: self.headers, body: ByteBuffer()))
            transport?.cancel()
            return
        }
        guard self.body.readableBytes + piece.readableBytes <= self.limit else {
            let transport = self.transport
            self.finish(nil)
            transport?.cancel()
            return
        }
        self.body.writeImmutableBuffer(piece)
    }

    public func upstreamSentEnd() {
        self.finish(Answer(status: self.status, headers: self.headers, body: self.body))
    }

    public func upstreamReadComplete() {}

    public func upstreamFailed(_ error: UpstreamError) {
        self.finish(nil)
    }

    public func upstreamDeadlinePassed() {
        let transport = self.transport
        self.finish(nil)
        transport?.cancel()
    }
}
