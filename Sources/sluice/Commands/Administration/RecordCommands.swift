import ArgumentParser
import SluiceServer
import SluiceWire

/// A kind of record that commands administer.
protocol AdministeredKind {
    /// The command and the path: `teams`.
    static var path: String { get }
    /// The word for one: `team`.
    static var noun: String { get }
    /// What tables show.
    static var columns: [String] { get }
    /// An example of fields for the help.
    static var example: String { get }
}

enum Tenants: AdministeredKind {
    static let path = "tenants"
    static let noun = "tenant"
    static let columns = ["id", "name", "is_disabled", "created_at"]
    static let example = "id=acme name='Acme Ltd'"
}

enum Teams: AdministeredKind {
    static let path = "teams"
    static let noun = "team"
    static let columns = ["id", "tenant_id", "name", "is_disabled", "created_at"]
    static let example = "name=Search tenant_id=acme"
}

enum Users: AdministeredKind {
    static let path = "users"
    static let noun = "user"
    static let columns = ["id", "tenant_id", "email", "name", "is_admin", "is_disabled"]
    static let example = "email=ann@example.com name=Ann"
}

enum Limits: AdministeredKind {
    static let path = "limits"
    static let noun = "limit"
    static let columns = ["id", "tenant_id", "level", "subject", "definition", "is_disabled"]
    static let example = #"level=team subject=team_01... 'definition={"requests":"60/minute"}'"#
}

enum Budgets: AdministeredKind {
    static let path = "budgets"
    static let noun = "budget"
    static let columns = ["id", "tenant_id", "level", "subject", "definition", "is_disabled"]
    static let example = #"level=key subject='*' 'definition={"amount":"25 USD/month"}'"#
}

/// `sluice teams` and its like.
struct Records<Kind: AdministeredKind>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Kind.path, abstract: "Administer \(Kind.path).",
            subcommands: [
                ListRecords<Kind>.self, ShowRecord<Kind>.self, CreateRecord<Kind>.self, ChangeRecord<Kind>.self,
                DeleteRecord<Kind>.self,
            ])
    }
}

struct ListRecords<Kind: AdministeredKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List \(Kind.path).")
    }

    @OptionGroup var administration: AdministrationOptions

    @Option(help: "Only what belongs to this tenant.")
    var tenant: String?

    func run() async throws {
        try await self.administration.withConnection { connection in
            let records = try await connection.list(
                "/\(Kind.path)", query: self.tenant.map { [("tenant_id", $0)] } ?? [])
            Output.list(records, Kind.columns, asJSON: self.administration.json)
        }
    }
}

struct ShowRecord<Kind: AdministeredKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: "Show a \(Kind.noun).")
    }

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id.") var id: String

    func run() async throws {
        try await self.administration.withConnection { connection in
            Output.record(
                try await connection.json("GET", "/\(Kind.path)/\(QueryText.encoded(self.id))"),
                asJSON: self.administration.json)
        }
    }
}

struct CreateRecord<Kind: AdministeredKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "create", abstract: "Make a \(Kind.noun).",
            discussion: "For example: sluice \(Kind.path) create \(Kind.example)")
    }

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "Fields as FIELD=VALUE. A value that is JSON is taken as such.") var fields: [String] = []

    func run() async throws {
        var fields = try FieldArguments(self.fields)
        if Kind.self == Users.self { try fields.readPassword() }
        try await self.administration.withConnection { [fields] connection in
            Output.record(
                try await connection.json("POST", "/\(Kind.path)", body: fields.body),
                asJSON: self.administration.json)
        }
    }
}

struct ChangeRecord<Kind: AdministeredKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "change", abstract: "Change some fields of a \(Kind.noun).")
    }

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id.") var id: String
    @Argument(help: "Fields as FIELD=VALUE; null empties one.") var fields: [String]

    func run() async throws {
        var fields = try FieldArguments(self.fields)
        if Kind.self == Users.self { try fields.readPassword() }
        try await self.administration.withConnection { [fields] connection in
            Output.record(
                try await connection.json(
                    "PATCH", "/\(Kind.path)/\(QueryText.encoded(self.id))", body: fields.body),
                asJSON: self.administration.json)
        }
    }
}

struct DeleteRecord<Kind: AdministeredKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "delete", abstract: "Delete a \(Kind.noun).")
    }

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id.") var id: String

    func run() async throws {
        try await self.administration.withConnection { connection in
            _ = try await connection.json("DELETE", "/\(Kind.path)/\(QueryText.encoded(self.id))")
        }
    }
}

/// What commands print.
enum Output {
    static func list(_ records: [JSONNode], _ columns: [String], asJSON: Bool) {
        guard asJSON else { return print(RecordTable(columns: columns, records: records).text, terminator: "") }
        var writer = JSONWriter()
        writer.beginArray()
        for record in records { writer.raw(record.rawBytes) }
        writer.endArray()
        print(String(decoding: writer.take(), as: UTF8.self))
    }

    /// What the API answered, or lines made of it.
    static func answer(_ root: JSONNode?, asJSON: Bool, _ lines: (JSONNode) -> String) {
        guard let root else { return }
        let text = asJSON ? String(decoding: root.rawBytes, as: UTF8.self) + "\n" : lines(root)
        try? StandardOutput.write(Array(text.utf8))
    }

    static func record(_ record: JSONNode?, asJSON: Bool) {
        guard let record else { return }
        print(asJSON ? String(decoding: record.rawBytes, as: UTF8.self) : RecordTable.lines(record))
    }
}

extension FieldArguments {
    /// `password=-` reads a line from standard input, so that the password is in no list of processes.
    mutating func readPassword() throws {
        guard self.string("password") == "-" else { return }
        guard let line = readLine(), !line.isEmpty else {
            throw ValidationError("password=-: expected a line on standard input")
        }
        self.set("password", string: line)
    }
}
