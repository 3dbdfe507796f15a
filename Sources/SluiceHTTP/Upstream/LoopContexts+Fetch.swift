public import NIOCore
import NIOPosix

extension LoopContexts {
    /// Asks an upstream from a task that runs on no loop: ``UpstreamFetch/answer(to:from:on:timeout:limitBytes:take:)`` on
    /// the next one.
    public func answer(
        method: String,
        target: String,
        headers: [(name: String, value: String)],
        body: [UInt8]?,
        from origin: UpstreamOrigin,
        timeout: TimeAmount,
        limitBytes: Int,
        take: (@Sendable (ByteBuffer) -> Bool)? = nil
    ) async -> UpstreamFetch.Answer? {
        let eventLoop = self.group.next()
        return await withTaskExecutorPreference(LoopExecutor(eventLoop)) {
            await self.answerOnLoop(eventLoop, method, target, headers, body, origin, timeout, limitBytes, take)
        }
    }

    /// `@concurrent`: such a function begins on the executor that the task prefers.
    @concurrent
    private func answerOnLoop(
        _ eventLoop: any EventLoop,
        _ method: String,
        _ target: String,
        _ headers: [(name: String, value: String)],
        _ body: [UInt8]?,
        _ origin: UpstreamOrigin,
        _ timeout: TimeAmount,
        _ limitBytes: Int,
        _ take: (@Sendable (ByteBuffer) -> Bool)?
    ) async -> UpstreamFetch.Answer? {
        let request = UpstreamRequest(
            method: method,
            target: target,
            authority: origin.authority,
            headers: headers,
            body: body.map { [ByteBuffer(bytes: $0)] }
        )
        return await UpstreamFetch.answer(
            to: request,
            from: origin,
            on: self.context(for: eventLoop),
            timeout: timeout,
            limitBytes: limitBytes,
            take: take
        )
    }
}
