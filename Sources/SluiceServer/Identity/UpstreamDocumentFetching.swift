import NIOCore
import NIOHTTP1
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceIdentity
import Synchronization

/// Asks for the documents that tokens need over the gateway's own upstream connections.
final class UpstreamDocumentFetching: DocumentFetching {
    private let loops: LoopContexts
    private let outbound: Mutex<OutboundConfiguration>

    init(loops: LoopContexts, outbound: OutboundConfiguration) {
        self.loops = loops
        self.outbound = Mutex(outbound)
    }

    /// How the network is reached from now on.
    func update(_ outbound: OutboundConfiguration) {
        self.outbound.withLock { $0 = outbound }
    }

    func answer(to request: DocumentRequest) async -> DocumentAnswer? {
        let answer = await self.loops.answer(
            method: request.method,
            target: request.url.target,
            headers: request.headers.map { ($0.name, $0.value.expose()) }
                + [("accept-encoding", "identity"), ("user-agent", "sluice")],
            body: request.body,
            from: UpstreamOrigin(request.url, self.outbound.withLock { $0 }),
            timeout: .seconds(Int64(DocumentRequest.timeoutSeconds)),
            limitBytes: DocumentRequest.limitBytes
        )
        return answer.map {
            DocumentAnswer(
                status: $0.status,
                cacheControl: $0.headers.first(name: "cache-control"),
                body: Array($0.body.readableBytesView)
            )
        }
    }
}
