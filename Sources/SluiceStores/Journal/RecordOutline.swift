import SluiceCore

/// What the columns and sums of the database need of a record, and where in its text the rest stands: nobody has to read the text again.
///
/// It has no reference, so that to keep one costs the event loop a copy of some 300 bytes and nothing else.
struct RecordOutline: Sendable {
    /// A part of a text, in bytes from the text's beginning.
    struct Part: Sendable, Equatable {
        /// What is not there.
        static let none = Part()

        private(set) var start = UInt32.max
        private(set) var end = UInt32.max

        private init() {}

        init(_ start: Int, _ end: Int) {
            self.start = UInt32(truncatingIfNeeded: start)
            self.end = UInt32(truncatingIfNeeded: end)
        }

        /// Whether it is there; an empty text is.
        var isThere: Bool { self.start != .max }
    }

    /// What a record is, as the column `flags` has it.
    enum Flag {
        static let streamed: Int64 = 1
        static let known: Int64 = 2
        static let shortened: Int64 = 4
    }

    var id: LedgerRecord.ID
    var status: Int64 = 0
    var duration: Int64 = 0
    var flags: Int64 = 0
    var requestBytes: Int64 = 0
    var responseBytes: Int64 = 0
    /// How many attempts there are.
    var attemptCount = 0
    /// What the last attempt used.
    var amounts = LedgerAmounts()
    /// Whether the names of models may count: the model is in the table, or tokens were used.
    var isReal = false

    /// Where the text begins that the parts are of, in the bytes of its batch.
    var start = 0
    /// Where the line's text stands in the same bytes.
    var line: Range<Int> = 0..<0

    var request = Part.none
    var route = Part.none
    /// The members of the subject, the comma before the first included; empty where nobody was recognised.
    var subject = Part.none
    var model = Part.none
    var trace = Part.none
    var dialect = Part.none
    var error = Part.none
    var fault = Part.none
    /// The array of all attempts.
    var attempts = Part.none
    /// The provider of the last attempt.
    var provider = Part.none
    /// The model name that it was asked for.
    var targetModel = Part.none

    init(id: LedgerRecord.ID) {
        self.id = id
    }

    /// Calls `body` with each part that is a text of its own: not with those that are JSON.
    mutating func changeTexts(_ body: (inout Part) -> Void) {
        body(&self.request)
        body(&self.route)
        body(&self.model)
        body(&self.trace)
        body(&self.dialect)
        body(&self.error)
        body(&self.fault)
        body(&self.provider)
        body(&self.targetModel)
    }
}
