import NIOCore
import SluiceHTTP

/// Sends an alert: the seam between what is sent and the network.
protocol AlertPosting: Sendable {
    /// The status of the answer, or `nil` when none came in time.
    func post(_ body: [UInt8], headers: [(name: String, value: String)], to webhook: AlertWebhook) async -> Int?
}

/// Sends over the gateway's own upstream connections.
struct UpstreamAlertPosting: AlertPosting {
    private static let timeout = TimeAmount.seconds(5)
    /// Nothing of the answer is read but its status.
    private static let limitBytes = 64 * 1024
    let loops: LoopContexts

    func post(_ body: [UInt8], headers: [(name: String, value: String)], to webhook: AlertWebhook) async -> Int? {
        let answer = await self.loops.answer(
            method: "POST",
            target: webhook.target,
            headers: headers + [("accept-encoding", "identity"), ("user-agent", "sluice")],
            body: body,
            from: webhook.origin,
            timeout: Self.timeout,
            limitBytes: Self.limitBytes
        )
        return answer?.status
    }
}
