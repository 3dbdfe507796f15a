import NIOCore
import SluiceHTTP
import SluiceProviders

/// Asks for credentials: the seam between what is asked and the network.
protocol CredentialFetching: Sendable {
    /// The answer, or `nil` when none came in time.
    ///
    /// - Parameter origin: where connections for the request's URL go.
    func answer(to request: CredentialRequest, at origin: UpstreamOrigin) async -> CredentialAnswer?
}

/// Asks over the gateway's own upstream connections.
struct UpstreamCredentialFetching: CredentialFetching {
    /// Answers are small; a token of Google's is one kilobyte.
    private static let limitBytes = 64 * 1024
    let loops: LoopContexts

    func answer(to request: CredentialRequest, at origin: UpstreamOrigin) async -> CredentialAnswer? {
        let answer = await self.loops.answer(
            method: request.method,
            target: request.url.target,
            headers: request.headers + [("accept-encoding", "identity"), ("user-agent", "sluice")],
            body: request.body,
            from: origin,
            timeout: .seconds(Int64(request.timeoutSeconds)),
            limitBytes: Self.limitBytes
        )
        return answer.map { CredentialAnswer(status: $0.status, body: Array($0.body.readableBytesView)) }
    }
}
