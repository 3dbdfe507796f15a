import NIOCore

/// Collects one request body up to a limit, and within the process's ``BodyBudget``.
///
/// A value without IO: the connection feeds it. Memory is at most the body: a declared length is reserved at once, so that
/// the buffer never grows by doubling, and a body that came in one read is kept as the slice that it is.
struct BodyCollector {
    /// Why a body is not taken.
    enum Refusal: Equatable {
        /// It is longer than the limit of this request.
        case tooLarge(limit: Int)
        /// The process holds as many bodies as it may.
        case overBudget
    }

    private(set) var received = 0
    private var reserved = 0
    private var buffer: ByteBuffer?
    private var declaredLength: Int?
    private(set) var refusal: Refusal?
    private(set) var isComplete = false
    private let limit: Int
    private let budget: BodyBudget

    init(limit: Int, declaredLength: Int?, budget: BodyBudget) {
        self.limit = limit
        self.budget = budget
        self.declaredLength = declaredLength
        if let declaredLength, declaredLength > limit {
            self.refusal = .tooLarge(limit: limit)
        }
    }

    /// Takes a piece of the body; after a refusal it is dropped.
    mutating func append(_ piece: ByteBuffer) {
        let size = piece.readableBytes
        self.received += size
        if self.refusal != nil { return }
        guard self.received <= self.limit else {
            self.refuse(.tooLarge(limit: self.limit))
            return
        }
        let wanted = max(self.received, min(self.declaredLength ?? 0, self.limit))
        if wanted > self.reserved {
            guard self.budget.take(wanted - self.reserved) else {
                self.refuse(.overBudget)
                return
            }
            self.reserved = wanted
        }
        guard var buffer = self.buffer else {
            self.buffer = piece
            return
        }
        self.buffer = nil
        if let declaredLength = self.declaredLength, buffer.capacity < declaredLength {
            var whole = ByteBuffer()
            whole.reserveCapacity(declaredLength)
            whole.writeImmutableBuffer(buffer)
            buffer = whole
        }
        buffer.writeImmutableBuffer(piece)
        self.buffer = buffer
    }

    /// The body ended.
    mutating func finish() {
        self.isComplete = true
    }

    /// The body so far; taking it leaves the budget held until ``release()``.
    mutating func take() -> ByteBuffer {
        defer { self.buffer = nil }
        return self.buffer ?? ByteBuffer()
    }

    /// Gives back what the budget holds for this body. Safe to call twice.
    mutating func release() {
        self.buffer = nil
        if self.reserved > 0 { self.budget.giveBack(self.reserved) }
        self.reserved = 0
    }

    private mutating func refuse(_ refusal: Refusal) {
        self.release()
        self.refusal = refusal
    }
}
