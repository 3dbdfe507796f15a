import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Collects a body whose length is known.
final class CollectedBody: Sendable {
    private let collected: Mutex<ByteBuffer>

    init(length: Int) {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(length)
        self.collected = Mutex(buffer)
    }

    /// What was written.
    var bytes: ByteBuffer { self.collected.withLock { $0 } }

    /// Writes into this.
    var writer: Writer { Writer(body: self) }

    struct Writer: ResponseBodyWriter, Sendable {
        fileprivate let body: CollectedBody

        mutating func write(_ buffer: ByteBuffer) async throws {
            _ = self.body.collected.withLock { $0.writeImmutableBuffer(buffer) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

/// Hands the pieces of a body to the exchange, one after the other: the next is taken when there is room for it.
struct StreamedBodyWriter: ResponseBodyWriter, Sendable {
    private let loop: any EventLoop
    private let send: @Sendable (ByteBuffer) -> EventLoopFuture<Void>

    init(loop: any EventLoop, send: @escaping @Sendable (ByteBuffer) -> EventLoopFuture<Void>) {
        self.loop = loop
        self.send = send
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        // A route may write from any thread: the exchange is its loop's.
        try await self.loop.flatSubmit { [send] in send(buffer) }.get()
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Hands the pieces of a body to whoever asked within this process. Throws ``Stopped`` when no more is wanted.
struct TakenBodyWriter: ResponseBodyWriter, Sendable {
    /// No more is wanted.
    struct Stopped: Error {}

    let take: @Sendable ([UInt8]) -> Bool

    mutating func write(_ buffer: ByteBuffer) async throws {
        guard self.take(Array(buffer.readableBytesView)) else { throw Stopped() }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
