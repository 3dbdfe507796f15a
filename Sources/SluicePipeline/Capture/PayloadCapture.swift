public import SluiceCore

/// How prompts and answers are captured, for the exchanges whose key or model says so.
public struct PayloadCapture: Sendable {
    /// Who takes them.
    public let sink: any PayloadSink
    /// How much of each body is kept, in bytes.
    public let limitBytes: Int
    /// The share of exchanges that are captured, from 0 to 1.
    public let share: Double

    /// Makes it.
    public init(sink: any PayloadSink, limitBytes: Int, share: Double) {
        self.sink = sink
        self.limitBytes = limitBytes
        self.share = share
    }
}
