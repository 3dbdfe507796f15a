import NIOCore

@testable import SluiceHTTP

/// A connection to an upstream that does what a test says.
final class FakeUpstreamTransport: UpstreamTransport {
    var isReused = false
    private(set) var request: UpstreamRequest?
    private(set) weak var receiver: (any UpstreamReceiver)?
    private(set) var deadline: NIODeadline?
    private(set) var readings: [Bool] = []
    private(set) var cancels = 0
    /// Called when the request is sent.
    var onSend: (any UpstreamReceiver) -> Void = { _ in }

    func send(_ request: UpstreamRequest, receiver: any UpstreamReceiver) {
        self.request = request
        self.receiver = receiver
        self.onSend(receiver)
    }

    func setDeadline(_ deadline: NIODeadline) { self.deadline = deadline }

    func setReading(_ isReading: Bool) { self.readings.append(isReading) }

    func cancel() { self.cancels += 1 }
}
