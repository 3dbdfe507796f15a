import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP

/// Copies the bodies of one exchange as they pass, and hands them over once it is settled and its answer has ended, whichever is
/// later. Loop-confined.
final class PayloadCollector: AnswerCopying {
    private let capture: PayloadCapture
    private var payload: Payload
    /// The bytes that room was taken for.
    private var held = 0
    private var isSettled = false
    private var isEnded = false
    /// Nothing more is copied: it was handed over, or there was no room.
    private var isOver = false

    init(_ capture: PayloadCapture, request: ByteBuffer, contentType: String?) {
        self.capture = capture
        self.payload = Payload(receivedAt: 0, requestID: "", route: "", status: 0)
        self.payload.request.contentType = contentType
        if self.holds(request, of: self.payload.request) {
            self.payload.request.add(request.readableBytesView, limit: capture.limitBytes)
        }
    }

    deinit {
        if !self.isOver { self.capture.sink.leaveOut(holding: self.held) }
    }

    func begin(_ head: ResponseHead) {
        self.payload.answer.contentType = head.headers.first(name: "content-type")
        self.payload.answer.contentEncoding = head.headers.first(name: "content-encoding")
    }

    func add(_ piece: ByteBuffer) {
        guard self.holds(piece, of: self.payload.answer) else { return }
        self.payload.answer.add(piece.readableBytesView, limit: self.capture.limitBytes)
    }

    func end() {
        self.isEnded = true
        self.submitIfDone()
    }

    /// The exchange is in the ledger.
    func settled(_ record: borrowing ExchangeRecord) {
        self.payload.receivedAt = record.receivedAt
        self.payload.requestID = record.requestID
        self.payload.route = record.surface.route
        self.payload.model = record.model
        self.payload.tenant = record.principal?.tenant
        self.payload.keyID = record.principal?.keyID
        self.payload.status = record.status
        self.payload.isStreamed = record.isStreamed
        self.isSettled = true
        self.submitIfDone()
    }

    /// Whether there is room for what is to be kept of a piece. When there is none, what was copied is given up.
    private func holds(_ piece: ByteBuffer, of body: PayloadBody) -> Bool {
        guard !self.isOver else { return false }
        let wanted = min(piece.readableBytes, max(0, self.capture.limitBytes - body.bytes.count))
        if self.capture.sink.take(wanted) {
            self.held += wanted
            return true
        }
        self.isOver = true
        self.payload.request.bytes = []
        self.payload.answer.bytes = []
        self.capture.sink.leaveOut(holding: self.held)
        return false
    }

    private func submitIfDone() {
        guard self.isSettled, self.isEnded, !self.isOver else { return }
        self.isOver = true
        self.capture.sink.submit(self.payload, holding: self.held)
    }
}
