import Crypto
import SluiceCore
import Synchronization

/// The numbers of subjects and targets, in memory and in the database, which has each of them once.
final class LedgerNames: Sendable {
    /// The numbers of a batch's names, by their places: they hold when its transaction was made final.
    struct Found: Sendable {
        var subjects: [Int64] = []
        var targets: [Int64] = []
    }

    private struct Known {
        var subjects: [BatchNames.Name: Int64] = [:]
        var targets: [BatchNames.Name: Int64] = [:]
    }

    /// More than this in memory are forgotten, and asked for anew.
    private static let mostKept = 20_000

    private let known = Mutex(Known())

    /// The numbers of a batch's names. Those that the database did not have are made, and none is removed until the transaction
    /// is over.
    func find(_ names: BatchNames, _ connection: any SQLConnection) throws(StoreError) -> Found {
        try Self.keepRemovalOut(connection)
        var (subjects, targets) = self.known.withLock { known in
            (names.subjects.map { known.subjects[$0] }, names.targets.map { known.targets[$0] })
        }
        // What is known may have been removed since, by this process or by another.
        if try !Self.areThere(subjects, "ledger_subjects", connection) { subjects = subjects.map { _ in nil } }
        if try !Self.areThere(targets, "ledger_targets", connection) { targets = targets.map { _ in nil } }
        return Found(
            subjects: try Self.complete(subjects) { place throws(StoreError) in
                guard let subject = JournalRecordParser.subject(names.subjects[place].bytes) else {
                    throw StoreError(.invalid, "a record has a subject that cannot be read")
                }
                return (Self.digest(subject), subject)
            } number: { subject, digest throws(StoreError) in
                try Self.number(of: subject, digest, connection)
            },
            targets: try Self.complete(targets) { place throws(StoreError) in
                guard let target = LedgerTarget(names.targets[place].bytes) else {
                    throw StoreError(.invalid, "a record has a target that cannot be read")
                }
                return (Self.digest(target), target)
            } number: { target, digest throws(StoreError) in
                try Self.number(of: target, digest, connection)
            })
    }

    /// Gives the names a number that are not known, in the same order everywhere, so that two who store the same new names do not
    /// wait for each other.
    private static func complete<Name>(
        _ known: [Int64?],
        read: (_ place: Int) throws(StoreError) -> (digest: String, name: Name),
        number: (_ name: Name, _ digest: String) throws(StoreError) -> Int64
    ) throws(StoreError) -> [Int64] {
        var numbers = known.map { $0 ?? 0 }
        var new: [(place: Int, digest: String, name: Name)] = []
        for place in known.indices where known[place] == nil {
            let (digest, name) = try read(place)
            new.append((place, digest, name))
        }
        for (place, digest, name) in new.sorted(by: { $0.digest < $1.digest }) {
            numbers[place] = try number(name, digest)
        }
        return numbers
    }

    /// Keeps the numbers of a transaction that was made final.
    func keep(_ found: Found, of names: BatchNames) {
        self.known.withLock { known in
            if known.subjects.count > Self.mostKept { known.subjects = [:] }
            if known.targets.count > Self.mostKept { known.targets = [:] }
            for (name, number) in zip(names.subjects, found.subjects) { known.subjects[name] = number }
            for (name, number) in zip(names.targets, found.targets) { known.targets[name] = number }
        }
    }

    private static func number(
        of subject: LedgerSubject,
        _ digest: String,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int64 {
        try Self.number(
            """
            INSERT INTO ledger_subjects (digest, tenant_id, team_id, user_id, key_id, key_name, tags)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id
            """,
            [
                .text(digest), SQLValue(subject.tenant), SQLValue(subject.team), SQLValue(subject.user),
                SQLValue(subject.keyID), SQLValue(subject.keyName), .text(JSONColumn.text(subject.tags)),
            ], connection)
    }

    private static func number(
        of target: LedgerTarget,
        _ digest: String,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int64 {
        try Self.number(
            """
            INSERT INTO ledger_targets (digest, route, model, provider, target_model) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id
            """,
            [
                .text(digest), .text(target.route), SQLValue(target.model), SQLValue(target.provider),
                SQLValue(target.targetModel),
            ], connection)
    }

    private static func number(
        _ statement: String,
        _ values: [SQLValue],
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int64 {
        guard var row = try connection.first(statement, values) else {
            throw StoreError(.internal, "a name was stored and its number not returned")
        }
        return try row.integer()
    }

    private static func digest(_ subject: LedgerSubject) -> String {
        Self.digest([
            subject.tenant, subject.team, subject.user, subject.keyID, subject.keyName, JSONColumn.text(subject.tags),
        ])
    }

    private static func digest(_ target: LedgerTarget) -> String {
        Self.digest([target.route, target.model, target.provider, target.targetModel])
    }

    /// SHA-256 of the texts, each behind its length, in hexadecimal: names of any length are found by an index.
    private static func digest(_ texts: [String?]) -> String {
        var hash = SHA256()
        for text in texts {
            let bytes = text.map { Array($0.utf8) }
            hash.update(data: Array("\(bytes?.count ?? -1):".utf8))
            if let bytes { hash.update(data: bytes) }
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
