import NIOCore
import NIOHTTP1

@testable import SluiceHTTP

/// Decides what a test says, and passes every byte on.
final class FakeTransducer: RelayTransducer {
    var headDecision = RelayHeadDecision.commit(ResponseHead(status: 200))
    /// One step for each piece; then ``RelayStep/init(_:hasEvent:hasContent:isTerminal:)``'s default.
    var steps: [RelayStep] = []
    var endError: UpstreamError?
    var endOutput: ByteBuffer?
    /// What a cut answer lacks, where it was complete all the same.
    var cutEnd: String?
    var errorText: String? = "<error>"
    /// What a stream begins with when its hold is over.
    var heldHead: ResponseHead?
    var pingText: String?
    var isMostlyDone = false
    private(set) var settlements: [RelayOutcome] = []
    /// Called at each settlement.
    var onSettle: () -> Void = {}

    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision { self.headDecision }

    func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep {
        output.append(piece)
        return self.steps.isEmpty ? RelayStep() : self.steps.removeFirst()
    }

    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? {
        if let endOutput = self.endOutput { output.append(endOutput) }
        return self.endError
    }

    func receiveCut(into output: inout [ByteBuffer]) -> Bool {
        guard let end = self.cutEnd else { return false }
        output.append(ByteBuffer(string: end))
        return true
    }

    func errorEvent(_ error: UpstreamError) -> ByteBuffer? {
        self.errorText.map { ByteBuffer(string: $0) }
    }

    func releaseHold() -> ResponseHead? { self.heldHead }

    func ping() -> ByteBuffer? { self.pingText.map { ByteBuffer(string: $0) } }

    func settle(_ outcome: RelayOutcome) {
        self.settlements.append(outcome)
        self.onSettle()
    }
}
