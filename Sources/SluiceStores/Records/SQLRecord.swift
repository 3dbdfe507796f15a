import SluiceCore

/// How a kind of record is kept in its table.
protocol SQLRecord: StoredRecord {
    /// The table.
    static var table: String { get }
    /// The column that says whose the record is; `nil` where all of them are the deployment's.
    static var tenantColumn: String? { get }
    /// All columns, in the order of ``values`` and of ``init(_:)``.
    static var columns: [String] { get }
    /// The columns that are written once.
    static var fixedColumns: Set<String> { get }
    /// The column that is set when a record is removed whose row stays; `nil` when the row goes.
    static var removalColumn: String? { get }

    /// The condition of a filter; `nil` when it has none.
    static func condition(_ filter: Filter, _ parameters: inout SQLParameters) -> String?
    /// Reads a row. Throws `corrupt`.
    init(_ row: inout SQLRow) throws(StoreError)
    /// The values of the columns.
    var values: [SQLValue] { get }
    /// Throws `conflict` when others do not allow the record beside them. Called within the transaction that is to write it, which all
    /// other changes wait for.
    func check(_ connection: any SQLConnection) throws(StoreError)
}

extension SQLRecord {
    static var tenantColumn: String? { "tenant_id" }
    static var removalColumn: String? { nil }

    func check(_ connection: any SQLConnection) throws(StoreError) {}
}

extension SQLRow {
    /// The next column, a moment.
    mutating func time() throws(StoreError) -> UnixTime {
        UnixTime(milliseconds: try self.integer())
    }

    /// The next column, a moment or null.
    mutating func optionalTime() throws(StoreError) -> UnixTime? {
        try self.optionalInteger().map(UnixTime.init(milliseconds:))
    }
}

extension SQLValue {
    /// A moment.
    init(_ time: UnixTime) {
        self = .integer(time.milliseconds)
    }

    /// A moment, or null.
    init(_ time: UnixTime?) {
        self = .init(time?.milliseconds)
    }
}
