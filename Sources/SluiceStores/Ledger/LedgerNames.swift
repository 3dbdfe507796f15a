import Crypto
import SluiceCore
import Synchronization

/// The numbers of subjects and targets, in memory and in the database, which has each of them once.
final class LedgerNames: Sendable {
    /// Numbers that a transaction used: they hold when it was made final.
    struct Found: Sendable {
        var subjects: [LedgerSubject: Int64] = [:]
        var targets: [LedgerTarget: Int64] = [:]
    }

    /// More than this in memory are forgotten, and asked for anew.
    private static let mostKept = 20_000

    private let known = Mutex(Found())

    /// The numbers of names, those that the database had not made in this transaction.
    func find(
        _ subjects: Set<LedgerSubject>,
        _ targets: Set<LedgerTarget>,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Found {
        var found = self.known.withLock { known in
            var found = Found()
            for subject in subjects { found.subjects[subject] = known.subjects[subject] }
            for target in targets { found.targets[target] = known.targets[target] }
            return found
        }
        // In the same order everywhere, so that two who store the same new names do not wait for each other.
        let newSubjects = subjects.filter { found.subjects[$0] == nil }.map { (Self.digest($0), $0) }
        for (digest, subject) in newSubjects.sorted(by: { $0.0 < $1.0 }) {
            found.subjects[subject] = try Self.number(of: subject, digest, connection)
        }
        let newTargets = targets.filter { found.targets[$0] == nil }.map { (Self.digest($0), $0) }
        for (digest, target) in newTargets.sorted(by: { $0.0 < $1.0 }) {
            found.targets[target] = try Self.number(of: target, digest, connection)
        }
        return found
    }

    /// Keeps the numbers of a transaction that was made final.
    func keep(_ found: Found) {
        self.known.withLock { known in
            if known.subjects.count > Self.mostKept { known.subjects = [:] }
            if known.targets.count > Self.mostKept { known.targets = [:] }
            known.subjects.merge(found.subjects) { _, new in new }
            known.targets.merge(found.targets) { _, new in new }
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
