import CPostgreSQL
import Glibc
import SluiceCore

/// A session with a PostgreSQL server.
///
/// All waiting is done here, on the socket and with a deadline, so that a server that hangs is noticed: the server's own
/// `statement_timeout` ends what is slow, and a session that does not answer even then is given up.
final class PostgreSQLConnection: SQLConnection {
    /// Statements that are kept prepared; the module has fewer.
    private static let keptStatements = 256
    /// How much longer than its own timeout the server is given to say that a statement was too slow.
    private static let answerGrace = Duration.milliseconds(500)

    let dialect = SQLDialect.postgresql
    private(set) var isUsable = true
    var deadline = MonotonicTime.never
    private let library: PostgreSQLLibrary
    private var handle: OpaquePointer?
    private var statements: [String: String] = [:]
    private let settings: StoreSettings
    private var statementTimeout: Duration

    /// Connects, and sets the session's timeouts.
    ///
    /// Throws `unavailable` with libpq's words when no server answers before the deadline, and what a refusal means:
    /// ``StoreError/init(refusal:)``.
    init(
        _ location: Secret,
        library: PostgreSQLLibrary,
        settings: StoreSettings,
        deadline: MonotonicTime
    ) throws(StoreError) {
        self.library = library
        self.settings = settings
        self.statementTimeout = settings.statementTimeout
        self.deadline = min(deadline, MonotonicTime.now().advanced(by: settings.connectTimeout))
        // Those after `dbname` win over what the location says, those before it give way.
        let parameters = [
            ("fallback_application_name", "sluice"),
            ("tcp_user_timeout", "\(settings.callTimeout.millisecondsClamped)"),
            ("dbname", location.expose()), ("client_encoding", "UTF8"),
        ]
        self.handle =
            Self.withCStrings(parameters.map(\.0)) { names in
                Self.withCStrings(parameters.map(\.1)) { values in
                    library.functions.connect_start(names, values, 1)
                } ?? nil
            } ?? nil
        do throws(StoreError) {
            try self.connect()
            try self.script(
                """
                SET statement_timeout = \(settings.statementTimeout.millisecondsClamped);
                SET lock_timeout = \(settings.lockTimeout.millisecondsClamped);
                SET idle_in_transaction_session_timeout = \(settings.callTimeout.millisecondsClamped);
                """
            )
        } catch {
            self.close()
            throw error
        }
    }

    deinit {
        self.close()
    }

    func checkIdle() {
        guard self.isUsable, let handle else { return }
        // A server that went away has closed the socket; reading it finds that out, and waits for nothing.
        if self.library.functions.consume_input(handle) == 0 || self.library.functions.status(handle) != CONNECTION_OK {
            self.isUsable = false
        }
    }

    func query(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> SQLResult {
        try SQLValue.check(values)
        return try self.run(statement, PostgreSQLParameters(values))
    }

    func insert(
        _ rows: SQLRowInsert,
        _ count: Int,
        _ values: SQLRowInsert.Values,
        _ answer: SQLRowInsert.Answer
    ) throws(StoreError) {
        var cells: [SQLCell] = []
        var start = 0
        while start < count {
            let size = self.dialect.rowsAtOnce.first { $0 <= count - start } ?? 1
            cells.removeAll(keepingCapacity: true)
            for index in start..<start + size { values(index, &cells) }
            let result = try self.run(try rows.statement(rows: size), PostgreSQLParameters(cells))
            try answer(start..<start + size, result)
            start += size
        }
    }

    private func run(_ statement: String, _ parameters: PostgreSQLParameters) throws(StoreError) -> SQLResult {
        let handle = try self.open()
        let limit = self.statementLimit()
        let name = try self.prepared(statement, handle, limit)
        let sent = parameters.withPointers { count, values, lengths, formats in
            self.library.functions.send_query_prepared(handle, name, count, values, lengths, formats, 0)
        }
        guard sent == 1 else { throw self.lost(handle) }
        return try self.answer(handle, limit)
    }

    func script(_ statements: String) throws(StoreError) {
        let handle = try self.open()
        guard self.library.functions.send_query(handle, statements) == 1 else { throw self.lost(handle) }
        _ = try self.answer(handle, self.statementLimit())
    }

    func begin(isWrite: Bool) throws(StoreError) {
        try self.script(isWrite ? "BEGIN" : "BEGIN READ ONLY")
    }

    func allow(_ duration: Duration) throws(StoreError) {
        let milliseconds = duration.millisecondsClamped
        try self.script("SET LOCAL statement_timeout = \(milliseconds); SET LOCAL lock_timeout = \(milliseconds)")
        self.deadline = MonotonicTime.now().advanced(by: duration)
        self.statementTimeout = duration
    }

    func commit() throws(StoreError) {
        defer { self.statementTimeout = self.settings.statementTimeout }
        do throws(StoreError) {
            try self.script("COMMIT")
        } catch {
            guard !self.isUsable else { throw error }
            throw StoreError(.outcomeUnknown, "the connection broke while a change was made final: \(error.message)")
        }
    }

    func rollback() {
        defer { self.statementTimeout = self.settings.statementTimeout }
        guard self.isUsable, let handle else { return }
        let status = self.library.functions.transaction_status(handle)
        guard status != PQTRANS_IDLE else { return }
        do throws(StoreError) {
            try self.script("ROLLBACK")
        } catch {
            self.isUsable = false
        }
    }

    func close() {
        self.isUsable = false
        if let handle { self.library.functions.finish(handle) }
        self.handle = nil
    }

    /// Says `name` to be listened to; what comes is read by ``notices()``.
    func listen(to name: String) throws(StoreError) {
        try self.script("LISTEN \(name)")
    }

    /// The socket, to wait for notices.
    var descriptor: Int32 { self.handle.map { self.library.functions.socket($0) } ?? -1 }

    /// Reads what came, and says whether a notice was among it. Throws `unavailable` when the connection is gone.
    func notices() throws(StoreError) -> Bool {
        let handle = try self.open()
        guard self.library.functions.consume_input(handle) == 1 else { throw self.lost(handle) }
        var hasNotice = false
        while let notice = self.library.functions.notifies(handle) {
            self.library.functions.free_memory(notice)
            hasNotice = true
        }
        return hasNotice
    }
}

// MARK: Waiting

extension PostgreSQLConnection {
    private func open() throws(StoreError) -> OpaquePointer {
        guard self.isUsable, let handle else {
            throw StoreError(.unavailable, "the connection to the database is closed")
        }
        return handle
    }

    private func statementLimit() -> MonotonicTime {
        min(self.deadline, MonotonicTime.now().advanced(by: self.statementTimeout + Self.answerGrace))
    }

    private func connect() throws(StoreError) {
        guard let handle else { throw StoreError(.unavailable, "libpq has no memory for a connection") }
        let functions = self.library.functions
        // The messages of refused connections have the SQLSTATE in this form alone.
        _ = functions.set_error_verbosity(handle, PQERRORS_VERBOSE)
        var state = functions.status(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED else { throw StoreError(refusal: self.lost(handle).message) }
            try self.wait(
                handle, for: state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: self.deadline,
                orThrow: StoreError(.unavailable, "the database did not answer within \(self.settings.connectTimeout)"))
            state = functions.connect_poll(handle)
        }
        _ = functions.set_error_verbosity(handle, PQERRORS_DEFAULT)
        guard functions.set_nonblocking(handle, 1) == 0 else { throw self.lost(handle) }
        _ = functions.set_notice_receiver(handle, { _, _ in }, nil)
    }

    /// Sends what is left to send, waits for all of the answer, and gives its last result.
    private func answer(_ handle: OpaquePointer, _ limit: MonotonicTime) throws(StoreError) -> SQLResult {
        let functions = self.library.functions
        let late = StoreError(.timeout, "the database did not answer a statement in time; its connection was given up")
        while true {
            let rest = functions.flush(handle)
            guard rest != 0 else { break }
            guard rest == 1 else { throw self.lost(handle) }
            try self.wait(handle, for: POLLIN | POLLOUT, until: limit, orThrow: late)
            guard functions.consume_input(handle) == 1 else { throw self.lost(handle) }
        }
        var outcome: Result<SQLResult, StoreError> = .success(SQLResult(rows: [], changed: 0))
        while true {
            while functions.is_busy(handle) == 1 {
                try self.wait(handle, for: POLLIN, until: limit, orThrow: late)
                guard functions.consume_input(handle) == 1 else { throw self.lost(handle) }
            }
            guard let result = functions.get_result(handle) else { break }
            defer { functions.clear(result) }
            let read = PostgreSQLResult(result, functions)
            if case .success = outcome { outcome = read.outcome }
        }
        if functions.status(handle) != CONNECTION_OK { self.isUsable = false }
        return try outcome.get()
    }

    private func wait(
        _ handle: OpaquePointer,
        for events: Int32,
        until limit: MonotonicTime,
        orThrow late: StoreError
    ) throws(StoreError) {
        var entry = pollfd(fd: self.library.functions.socket(handle), events: Int16(events), revents: 0)
        while true {
            let ready = poll(&entry, 1, limit.milliseconds(from: .now()))
            if ready > 0 { return }
            if ready < 0, errno == EINTR { continue }
            self.isUsable = false
            throw late
        }
    }

    /// The error of a connection that is gone.
    private func lost(_ handle: OpaquePointer) -> StoreError {
        self.isUsable = false
        let text = self.library.functions.error_message(handle).map { String(cString: $0) } ?? ""
        // Where in the server's sources it was, which verbose messages say, is of no use.
        let line = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }
            .joined(separator: " ")
        return StoreError(.unavailable, "no connection to the database: \(line)")
    }

    private func prepared(_ text: String, _ handle: OpaquePointer, _ limit: MonotonicTime) throws(StoreError) -> String
    {
        if let name = self.statements[text] { return name }
        if self.statements.count >= Self.keptStatements {
            try self.script("DEALLOCATE ALL")
            self.statements.removeAll()
        }
        let name = "s\(self.statements.count)"
        guard self.library.functions.send_prepare(handle, name, text, 0, nil) == 1 else { throw self.lost(handle) }
        _ = try self.answer(handle, limit)
        self.statements[text] = name
        return name
    }

    /// Calls `body` with the texts as C strings and a null at their end.
    private static func withCStrings<Value>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value? {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in buffer.baseAddress.map(body) }
    }
}
