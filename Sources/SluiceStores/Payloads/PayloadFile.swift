import Glibc
import SluiceCore

/// The file of payloads: a SQLite database of its own, apart from that of the ledger. Used by one thread.
///
/// What is deleted is overwritten with zeros, in the file and, by ``forget()``, in its log.
final class PayloadFile {
    /// How many are deleted in one transaction.
    private static let deletedAtOnce: Int64 = 64
    /// How many free pages are given back to the disk at once.
    private static let pagesGivenBack = 4096
    /// What the index and the other columns of a payload take, at most.
    private static let bytesBeside = 4096
    private static let version: Int64 = 1
    private static let columns = """
        received_at, request_id, route, model, tenant, key_id, status, is_streamed, request, request_bytes, request_cut,
        request_type, answer, answer_bytes, answer_cut, answer_type, redactions
        """

    private let connection: SQLiteConnection
    private let folder: String

    /// Opens or makes the file. Throws `misconfigured`, `full`, `corrupt`, `busy`, `unavailable`, or `newerSchema` for a file of a
    /// later version.
    init(folder: String) throws(StoreError) {
        self.folder = folder
        let file = SQLiteFile(path: "\(folder)/payloads.db")
        try file.prepare()
        self.connection = try SQLiteConnection(file, isWriter: true, settings: StoreSettings())
        // The end of the machine may take what was written last, and leaves the file whole.
        try self.connection.script("PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;")
        try self.prepare()
    }

    /// Whether the file can be used further.
    var isUsable: Bool { self.connection.isUsable }

    private func prepare() throws(StoreError) {
        if try self.number("PRAGMA auto_vacuum") != 2, try self.number("PRAGMA user_version") == 0 {
            // An empty file: the change is made by writing it anew.
            try self.connection.script("PRAGMA auto_vacuum = INCREMENTAL; VACUUM;")
        }
        try self.connection.transaction { () throws(StoreError) in
            switch try self.number("PRAGMA user_version") {
            case Self.version: return
            case 0: break
            default: throw StoreError(.newerSchema, "the payloads were written by a later version of the program")
            }
            try self.connection.script(
                """
                CREATE TABLE payloads (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    received_at INTEGER NOT NULL,
                    request_id TEXT NOT NULL,
                    route TEXT NOT NULL,
                    model TEXT,
                    tenant TEXT,
                    key_id TEXT,
                    status INTEGER NOT NULL,
                    is_streamed INTEGER NOT NULL,
                    request BLOB NOT NULL,
                    request_bytes INTEGER NOT NULL,
                    request_cut INTEGER NOT NULL,
                    request_type TEXT,
                    answer BLOB NOT NULL,
                    answer_bytes INTEGER NOT NULL,
                    answer_cut INTEGER NOT NULL,
                    answer_type TEXT,
                    redactions INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX payloads_by_request ON payloads (request_id);
                CREATE INDEX payloads_by_time ON payloads (received_at);
                PRAGMA user_version = \(Self.version);
                """
            )
        }
    }

    /// The bytes that payloads take, with what belongs to them.
    func usedBytes() throws(StoreError) -> Int64 {
        let pages = try self.number("PRAGMA page_count") - self.number("PRAGMA freelist_count")
        return pages * (try self.number("PRAGMA page_size"))
    }

    /// The bytes that are free on its disk.
    var freeBytes: Int64 {
        var status = statvfs()
        guard statvfs(self.folder, &status) == 0 else { return 0 }
        return Int64(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Writes payloads, all or none. Returns how many of the oldest had to make room for them.
    func write(_ payloads: [Payload], limitBytes: Int64) throws(StoreError) -> Int {
        self.connection.deadline = .never
        let room = payloads.reduce(Int64(0)) { $0 + Int64($1.byteCount + Self.bytesBeside) }
        return try self.connection.transaction { () throws(StoreError) in
            var deleted = 0
            // The pages that become free are used by those that come.
            while try self.usedBytes() + room > limitBytes,
                try self.delete("number = (SELECT MIN(number) FROM payloads)", []) > 0
            {
                deleted += 1
            }
            for payload in payloads { try self.insert(payload) }
            return deleted
        }
    }

    private func insert(_ payload: Payload) throws(StoreError) {
        _ = try self.connection.query(
            """
            INSERT INTO payloads (\(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                .integer(payload.receivedAt), .text(payload.requestID.storable), .text(payload.route.storable),
                SQLValue(payload.model?.storable), SQLValue(payload.tenant?.storable),
                SQLValue(payload.keyID?.storable), .integer(Int64(payload.status)), SQLValue(payload.isStreamed),
                .bytes(payload.request.bytes), .integer(payload.request.passedBytes), SQLValue(payload.request.isCut),
                SQLValue(payload.request.contentType?.storable), .bytes(payload.answer.bytes),
                .integer(payload.answer.passedBytes), SQLValue(payload.answer.isCut),
                SQLValue(payload.answer.contentType?.storable), .integer(Int64(payload.redactions)),
            ]
        )
    }

    /// The payloads with a request id, the newest first.
    func payloads(requestID: String, in scope: TenantScope) throws(StoreError) -> [Payload] {
        let (condition, values) = Self.condition(requestID, scope)
        let rows = try self.connection.query(
            "SELECT \(Self.columns) FROM payloads WHERE \(condition) ORDER BY number DESC LIMIT 16", values
        ).rows
        var payloads: [Payload] = []
        for var row in rows { payloads.append(try Self.payload(&row)) }
        return payloads
    }

    /// Deletes those with a request id. Returns how many they were.
    func delete(requestID: String, in scope: TenantScope) throws(StoreError) -> Int {
        let (condition, values) = Self.condition(requestID, scope)
        let count = try self.delete(condition, values)
        if count > 0 { try self.forget() }
        return count
    }

    /// Deletes some of those that were received before a moment, in nanoseconds since 1970. Returns how many they were: zero when
    /// there are no more.
    func retire(before moment: Int64) throws(StoreError) -> Int {
        let count = try self.delete(
            "number IN (SELECT number FROM payloads WHERE received_at < $1 ORDER BY received_at LIMIT $2)",
            [.integer(moment), .integer(Self.deletedAtOnce)])
        if count > 0 { try self.connection.script("PRAGMA incremental_vacuum(\(Self.pagesGivenBack))") }
        return count
    }

    /// Moves the log into the file and empties it: what was deleted is not in it any more.
    func forget() throws(StoreError) {
        try self.connection.script("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    func close() {
        self.connection.close()
    }

    private func delete(_ condition: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        try self.connection.query("DELETE FROM payloads WHERE \(condition)", values).changed
    }

    private func number(_ statement: String) throws(StoreError) -> Int64 {
        guard var row = try self.connection.first(statement, []) else {
            throw StoreError(.corrupt, "the file of payloads does not say what it is")
        }
        return try row.integer()
    }

    private static func condition(_ requestID: String, _ scope: TenantScope) -> (String, [SQLValue]) {
        switch scope {
        case .all: ("request_id = $1", [.text(requestID.storable)])
        case .tenant(let tenant): ("request_id = $1 AND tenant = $2", [.text(requestID.storable), .text(tenant.text)])
        }
    }

    private static func payload(_ row: inout SQLRow) throws(StoreError) -> Payload {
        var payload = Payload(
            receivedAt: try row.integer(), requestID: try row.text(), route: try row.text(),
            model: try row.optionalText(), tenant: try row.optionalText(), keyID: try row.optionalText(),
            status: Int(clamping: try row.integer()), isStreamed: try row.boolean())
        payload.request = try self.body(&row)
        payload.answer = try self.body(&row)
        payload.redactions = Int(clamping: try row.integer())
        return payload
    }

    private static func body(_ row: inout SQLRow) throws(StoreError) -> PayloadBody {
        PayloadBody(
            bytes: try row.bytes(), passedBytes: try row.integer(), isCut: try row.boolean(),
            contentType: try row.optionalText())
    }
}

extension String {
    /// The text with no zero byte in it.
    fileprivate var storable: String {
        self.hasZeroByte ? String(self.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }) : self
    }
}
