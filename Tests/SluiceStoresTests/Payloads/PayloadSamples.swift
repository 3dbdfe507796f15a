import SluiceCore

/// Payloads and times for tests.
enum PayloadSamples {
    /// A moment, in nanoseconds since 1970.
    static let start: Int64 = 1_793_649_600_000_000_000

    static func payload(
        _ requestID: String,
        tenant: String? = "a",
        secondsLater: Int64 = 0,
        bytes: Int = 100
    ) -> Payload {
        Payload(
            receivedAt: Self.start + secondsLater * 1_000_000_000, requestID: requestID, route: "/v1/chat/completions",
            model: "smart", tenant: tenant, keyID: "k1", status: 200, isStreamed: true,
            request: PayloadBody(
                bytes: Array(repeating: UInt8(ascii: "q"), count: bytes), passedBytes: Int64(bytes),
                contentType: "application/json"),
            answer: PayloadBody(
                bytes: Array(repeating: UInt8(ascii: "z"), count: bytes), passedBytes: 1_000_000, isCut: true,
                contentType: "text/event-stream"),
            redactions: 2)
    }
}
