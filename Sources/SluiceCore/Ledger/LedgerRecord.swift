public import SluiceWire

/// One exchange as the ledger keeps it: who asked for what, what became of it, and what it used.
///
/// It holds no prompt, answer, key or header value. The journal holds its lines, the database its rows.
public struct LedgerRecord: Sendable, Equatable {
    /// What tells a record from all others, and its place in their order.
    public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// When the head of the request was read, in nanoseconds since 1970.
        public var receivedAt: Int64
        /// Tells records of one moment apart: a random number of the event loop's journal, counted up.
        public var number: Int64

        /// Makes an id.
        public init(receivedAt: Int64, number: Int64) {
            self.receivedAt = receivedAt
            self.number = number
        }

        /// Both numbers in decimal, with a dot between them: the cursor of lists.
        public var description: String { "\(self.receivedAt).\(self.number)" }

        /// Reads ``description``; `nil` for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let time = Int64(parts[0]), let number = Int64(parts[1]) else { return nil }
            self.init(receivedAt: time, number: number)
        }

        public static func < (left: ID, right: ID) -> Bool {
            (left.receivedAt, left.number) < (right.receivedAt, right.number)
        }
    }

    /// Its id.
    public var id: ID
    /// The id on the response, `x-request-id`. Clients may choose it, so that it need not be unique.
    public var requestID = ""
    /// The 32 hexadecimal digits of the trace, when the client sent a `traceparent`.
    public var traceID: String?
    /// From the first byte of the request to settlement, in nanoseconds.
    public var durationNanoseconds: Int64 = 0
    /// The path template of the surface, see ``Surface/route``.
    public var route = ""
    /// The dialect of the client, see `Dialect`'s raw values.
    public var dialect: String?
    /// Who asked; empty where nobody was recognised.
    public var subject = LedgerSubject()
    /// The model as the client named it.
    public var model: String?
    /// Whether ``model`` is in the model table. Names that are not, and of which nothing was used, are left out of sums, since clients
    /// can invent them.
    public var isKnownModel = false
    /// The status that the client saw, or 499 when it left before the end.
    public var status = 0
    /// The stable code of the failure, ``GatewayError/Kind``'s raw value.
    public var errorType: String?
    /// Whose fault the failure was.
    public var fault: ErrorFault?
    /// Whether the answer was an event stream.
    public var isStreamed = false
    /// The bytes of the request's body as they were received.
    public var requestBytes: Int64 = 0
    /// The bytes of the answer's body as they were sent.
    public var responseBytes: Int64 = 0
    /// The attempts in the order of their ends; the last is the one that the answer came from, if one did. Empty for what was
    /// refused before any.
    public var attempts: [AttemptRecord] = []
    /// Whether the journal was so full that names, times and losses were left out, and usage alone was kept.
    public var isShortened = false

    /// Makes a record with nothing in it.
    public init(id: ID) {
        self.id = id
    }

    /// The tokens of all attempts.
    public var usage: TokenUsage {
        self.attempts.reduce(TokenUsage()) { $0 + ($1.usage ?? TokenUsage()) }
    }

    /// What all attempts cost, as far as prices are known.
    public var cost: NanoUSD {
        self.attempts.reduce(.zero) { $0 + ($1.cost?.total ?? .zero) }
    }

    /// Whether tokens of some attempt were used whose price nobody knows.
    public var isPriceUnknown: Bool { self.attempts.contains { $0.isPriceUnknown } }
}
