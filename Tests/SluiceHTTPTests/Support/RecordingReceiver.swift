import NIOCore
import NIOHTTP1

@testable import SluiceHTTP

/// Takes down what an upstream's transport says.
final class RecordingReceiver: UpstreamReceiver {
    enum Call: Equatable {
        case head(Int)
        case body(String)
        case end
        case failed(UpstreamError.Kind)
        case deadline
    }

    private(set) var calls: [Call] = []
    private(set) var readCompletes = 0
    private(set) var headers = HTTPHeaders()
    /// Called when the answer is complete.
    var onEnd: () -> Void = {}

    /// The whole body.
    var body: String {
        self.calls.reduce(into: "") { text, call in if case .body(let piece) = call { text += piece } }
    }

    /// The calls with neighbouring pieces of the body joined.
    var joined: [Call] {
        var result: [Call] = []
        for call in self.calls {
            if case .body(let piece) = call, case .body(let before)? = result.last {
                result[result.count - 1] = .body(before + piece)
            } else {
                result.append(call)
            }
        }
        return result
    }

    func upstreamSentHead(status: Int, headers: HTTPHeaders) {
        self.headers = headers
        self.calls.append(.head(status))
    }

    func upstreamSentBody(_ piece: ByteBuffer) {
        self.calls.append(.body(String(buffer: piece)))
    }

    func upstreamSentEnd() {
        self.calls.append(.end)
        self.onEnd()
    }

    func upstreamReadComplete() { self.readCompletes += 1 }

    func upstreamFailed(_ error: UpstreamError) { self.calls.append(.failed(error.kind)) }

    func upstreamDeadlinePassed() { self.calls.append(.deadline) }
}
