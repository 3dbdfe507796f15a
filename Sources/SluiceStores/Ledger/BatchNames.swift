import SluiceCore

/// The names of a batch's records, each once, as bytes: nothing is read of them but what is new.
struct BatchNames: Sendable {
    /// Bytes that stand for a name.
    struct Name: Sendable, Hashable {
        var bytes: [UInt8] = []

        func hash(into hasher: inout Hasher) {
            self.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// An attempt before the last one of a record.
    struct Earlier: Sendable {
        /// The place of the record in the batch.
        var record: Int
        /// The place of the attempt in the record.
        var position: Int
        var target: Int
        var amounts: LedgerAmounts
    }

    /// Names that were met, by their places.
    private struct Places {
        var names: [Name] = []
        private var places: [Name: Int] = [:]

        /// The place of a name, at the end where it is met for the first time.
        mutating func place(of name: borrowing Name) -> Int {
            if let place = self.places[copy name] { return place }
            let kept = copy name
            self.places[kept] = self.names.count
            self.names.append(kept)
            return self.names.count - 1
        }
    }

    /// The members of subjects as they stand in records.
    let subjects: [Name]
    /// The parts of targets, see ``LedgerTarget/init(_:)``.
    let targets: [Name]
    /// Where in both lists the names of each record are.
    let places: [(subject: Int, target: Int)]
    let earlier: [Earlier]

    /// Collects the names of a batch that is decoded.
    init(_ batch: LedgerBatch) {
        var subjects = Places()
        var targets = Places()
        var places: [(subject: Int, target: Int)] = []
        var earlier: [Earlier] = []
        places.reserveCapacity(batch.count)
        // One piece of memory for the name at hand.
        var name = Name()
        batch.bytes.withUnsafeBytes { bytes in
            for index in batch.outlines.indices {
                let outline = batch.outlines[index]
                func add(_ part: RecordOutline.Part) {
                    guard part.isThere else { return name.bytes.append(LedgerTarget.missing) }
                    name.bytes.append(
                        contentsOf: bytes[outline.start + Int(part.start)..<outline.start + Int(part.end)])
                }
                func target(_ addLast: () -> Void) -> Int {
                    name.bytes.removeAll(keepingCapacity: true)
                    add(outline.route)
                    name.bytes.append(LedgerTarget.separator)
                    add(outline.isReal ? outline.model : .none)
                    name.bytes.append(LedgerTarget.separator)
                    addLast()
                    return targets.place(of: name)
                }
                name.bytes.removeAll(keepingCapacity: true)
                add(outline.subject)
                let subject = subjects.place(of: name)
                let last = target {
                    add(outline.provider)
                    name.bytes.append(LedgerTarget.separator)
                    add(outline.isReal ? outline.targetModel : .none)
                }
                places.append((subject, last))
                guard outline.attemptCount > 1 else { continue }
                let attempts = batch.text(outline.attempts, of: index).flatMap(JournalRecordParser.attempts) ?? []
                for (position, attempt) in attempts.dropLast().enumerated() {
                    let place = target {
                        name.bytes.append(contentsOf: attempt.provider.map { Array($0.utf8) } ?? [LedgerTarget.missing])
                        name.bytes.append(LedgerTarget.separator)
                        let model = outline.isReal ? attempt.targetModel : nil
                        name.bytes.append(contentsOf: model.map { Array($0.utf8) } ?? [LedgerTarget.missing])
                    }
                    earlier.append(
                        Earlier(record: index, position: position, target: place, amounts: LedgerAmounts(attempt)))
                }
            }
        }
        self.subjects = subjects.names
        self.targets = targets.names
        self.places = places
        self.earlier = earlier
    }
}
