import SluiceCore
import SluiceWire

/// A kind of record as the admin API offers it: what its members are, and how bodies make and change it.
protocol AdminResource: Sendable {
    associatedtype Record: StoredRecord

    /// Its path: `teams`.
    static var path: String { get }
    /// The word for one: `team`.
    static var noun: String { get }
    /// The words for several: `teams`.
    static var plural: String { get }
    /// The group in documents: `teams`.
    static var tag: String { get }
    /// Its members.
    static var fields: [ResourceField] { get }
    /// What lists can be narrowed by, beside the tenant.
    static var filters: [AdminProperty] { get }

    /// Its store. Throws `storageOff`.
    var store: any RecordStore<Record> { get throws(AdminError) }

    /// What a list is narrowed to.
    func filter(_ query: AdminQuery) throws(AdminError) -> Record.Filter

    /// Whether this resource shows a record of its store.
    func shows(_ record: Record) -> Bool

    /// Makes a record from a body, not stored yet.
    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<Record>

    /// Changes a record by a body.
    func change(_ record: inout Record, _ fields: FieldReader, _ access: AdminAccess) async throws

    /// Throws when the caller may see the record, and not change or remove it.
    func checkChange(of record: Record, _ access: AdminAccess) throws(AdminError)

    /// Throws when the caller may change the record, and not remove it.
    func checkRemoval(of record: Record, _ access: AdminAccess) throws(AdminError)

    /// Called after a record was made, changed or removed, before the caller is told.
    func afterChange() async

    /// Writes the members, but for those of ``ResourceField/history``.
    func write(_ record: Record, _ access: AdminAccess, to writer: inout JSONWriter)
}

/// A record that a body asked for.
struct NewRecord<Record: StoredRecord>: Sendable {
    /// The record.
    var record: Record
    /// The secret that is shown once, with the answer.
    var key: Secret?
}

extension AdminResource {
    static var filters: [AdminProperty] { [] }

    static var plural: String { Self.path }

    static var tag: String { Self.path }

    /// The name of the schema: `Team`.
    static var schemaName: String { Self.name(Self.noun) }

    /// Words as a name: `price override` is `PriceOverride`.
    static func name(_ words: String) -> String {
        words.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    func afterChange() async {}

    func shows(_ record: Record) -> Bool { true }

    func checkChange(of record: Record, _ access: AdminAccess) throws(AdminError) {}

    func checkRemoval(of record: Record, _ access: AdminAccess) throws(AdminError) {}

    /// A new id.
    static func newID(_ access: AdminAccess) -> RecordID<Record> {
        var generator = SystemRandomNumberGenerator()
        return RecordID.make(at: access.now, using: &generator)
    }

    /// Writes a record as an object; with its secret where it is shown this once.
    func object(_ record: Record, _ access: AdminAccess, key: Secret? = nil, to writer: inout JSONWriter) {
        writer.beginObject()
        self.write(record, access, to: &writer)
        if let key { writer.member("key", key.expose()) }
        writer.member("created_at", record.createdAt)
        writer.member("updated_at", record.updatedAt)
        writer.member("revision", record.revision)
        writer.endObject()
    }

    /// The record with the id of the path. Throws `notFound`, in the same words for what does not exist and what is of another tenant.
    func record(_ context: AdminContext) async throws -> Record {
        let id = RecordID<Record>(try context.path("id"))
        guard let record = try await self.store.record(id, in: context.access.scope), self.shows(record) else {
            throw AdminError(.notFound, "There is no such \(Self.noun).")
        }
        return record
    }
}
