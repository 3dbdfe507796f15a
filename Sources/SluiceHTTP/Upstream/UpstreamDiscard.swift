public import NIOCore
public import NIOHTTP1

/// Sends a request whose answer nobody wants: it is read to its end, or to a bound, and thrown away.
public final class UpstreamDiscard: UpstreamReceiver {
    /// More of an answer than this is not read.
    private static let limitBytes = 64 * 1024 * 1024

    private let eventLoop: any EventLoop
    private let timeouts: RelayTimeouts
    private let endsAt: NIODeadline
    private var transport: (any UpstreamTransport)?
    private var status = 0
    private var room = UpstreamDiscard.limitBytes
    private var waiter: CheckedContinuation<Result<Int, UpstreamError>, Never>?

    private init(_ eventLoop: any EventLoop, _ timeouts: RelayTimeouts) {
        self.eventLoop = eventLoop
        self.timeouts = timeouts
        self.endsAt = eventLoop.now + timeouts.total
    }

    /// The status of the answer, once all of it came. Fails when there is no whole answer in time.
    public static func send(
        _ request: UpstreamRequest,
        to origin: UpstreamOrigin,
        on loop: LoopContext,
        connect: TimeAmount,
        timeouts: RelayTimeouts
    ) async -> Result<Int, UpstreamError> {
        let transport: any UpstreamTransport
        do throws(UpstreamError) {
            transport = try await loop.upstreams.acquire(origin, timeout: connect)
        } catch {
            return .failure(error)
        }
        let discard = UpstreamDiscard(loop.eventLoop, timeouts)
        discard.transport = transport
        return await withCheckedContinuation { continuation in
            discard.waiter = continuation
            transport.setDeadline(min(loop.eventLoop.now + timeouts.firstByte, discard.endsAt))
            transport.send(request, receiver: discard)
        }
    }

    private func finish(_ result: Result<Int, UpstreamError>, cancelling: Bool) {
        let transport = self.transport
        self.transport = nil
        let waiter = self.waiter
        self.waiter = nil
        if cancelling { transport?.cancel() }
        waiter?.resume(returning: result)
    }

    public func upstreamSentHead(status: Int, headers: HTTPHeaders) {
        self.status = status
    }

    public func upstreamSentBody(_ piece: ByteBuffer) {
        self.room -= piece.readableBytes
        if self.room < 0 { self.finish(.success(self.status), cancelling: true) }
    }

    public func upstreamSentEnd() {
        self.finish(.success(self.status), cancelling: false)
    }

    public func upstreamReadComplete() {
        self.transport?.setDeadline(min(self.eventLoop.now + self.timeouts.idle, self.endsAt))
    }

    public func upstreamFailed(_ error: UpstreamError) {
        self.finish(.failure(error), cancelling: false)
    }

    public func upstreamDeadlinePassed() {
        self.finish(.failure(UpstreamError(.timeout, "The upstream's answer did not come in time.")), cancelling: true)
    }
}
