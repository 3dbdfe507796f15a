import ArgumentParser
import SluiceServer
import SluiceWire

/// `sluice keys`.
struct Keys: ParsableCommand, AdministeredKind {
    static let path = "keys"
    static let noun = "key"
    static let columns = ["id", "tenant_id", "name", "standing", "admin", "expires_at", "created_at"]
    static let example = ""
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Administer the keys that clients send.",
        subcommands: [
            CreateKey.self, ListRecords<Keys>.self, ShowRecord<Keys>.self, ChangeRecord<Keys>.self, RotateKey.self,
            DisableKey.self, EnableKey.self, RevokeKey.self, DeleteRecord<Keys>.self,
        ])
}

struct CreateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key. It is printed once, to standard output.",
        discussion:
            "For example: sluice keys create build-server --model 'gpt-*' --network 10.0.0.0/8 expires_at=2027-01-01T00:00:00Z"
    )

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The name that people see.") var name: String
    @Option(help: "The tenant.") var tenant: String?
    @Option(help: "The id of the team.") var team: String?
    @Option(help: "The id of the user.") var user: String?
    @Option(name: .customLong("model"), help: "A model or pattern that it may use. May be repeated.")
    var models: [String] = []
    @Option(name: .customLong("surface"), help: "A surface that it may use. May be repeated.")
    var surfaces: [String] = []
    @Option(name: .customLong("network"), help: "A network that it may come from. May be repeated.")
    var networks: [String] = []
    @Option(help: "What it may do at the admin API: none, tenant or deployment.") var admin: String?
    @Argument(help: "Further fields as FIELD=VALUE.") var fields: [String] = []

    func run() async throws {
        var fields = try FieldArguments(self.fields)
        fields.set("name", string: self.name)
        fields.set("tenant_id", string: self.tenant)
        fields.set("team_id", string: self.team)
        fields.set("user_id", string: self.user)
        fields.set("models", list: self.models)
        fields.set("surfaces", list: self.surfaces)
        fields.set("networks", list: self.networks)
        fields.set("admin", string: self.admin)
        try await self.administration.withConnection { [fields] connection in
            let made = try await connection.json("POST", "/keys", body: fields.body)
            Output.key(made, "It is shown this once; only its hash is stored.", asJSON: self.administration.json)
        }
    }
}

struct RotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Give a key a new secret. It is printed once, to standard output.")

    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id of the key: the part behind sk-sl-.") var id: String
    @Option(help: "How long the secret of before works on, as 24h; not at all by default.") var grace: String?

    func run() async throws {
        var fields = try FieldArguments([])
        fields.set("grace", string: self.grace)
        try await self.administration.withConnection { [fields] connection in
            let made = try await connection.json(
                "POST", "/keys/\(QueryText.encoded(self.id))/rotate", body: fields.body)
            let note = made?["grace_ends_at"]?.stringValue.map { "The secret of before works until \($0)." }
            Output.key(made, note ?? "The secret of before works no more.", asJSON: self.administration.json)
        }
    }
}

/// What is done to a key without further arguments.
protocol KeyVerb: AsyncParsableCommand {
    static var verb: String { get }
    var administration: AdministrationOptions { get }
    var id: String { get }
}

extension KeyVerb {
    func run() async throws {
        try await self.administration.withConnection { connection in
            let key = try await connection.json("POST", "/keys/\(QueryText.encoded(self.id))/\(Self.verb)")
            if self.administration.json {
                Output.record(key, asJSON: true)
            } else {
                print("\(self.id): \(key?["standing"]?.stringValue ?? Self.verb)")
            }
        }
    }
}

struct DisableKey: KeyVerb {
    static let verb = "disable"
    static let configuration = CommandConfiguration(
        commandName: verb, abstract: "Refuse a key until it is enabled again.")
    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id of the key.") var id: String
}

struct EnableKey: KeyVerb {
    static let verb = "enable"
    static let configuration = CommandConfiguration(commandName: verb, abstract: "Serve a disabled key again.")
    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id of the key.") var id: String
}

struct RevokeKey: KeyVerb {
    static let verb = "revoke"
    static let configuration = CommandConfiguration(commandName: verb, abstract: "Refuse a key for ever.")
    @OptionGroup var administration: AdministrationOptions
    @Argument(help: "The id of the key.") var id: String
}

extension Output {
    /// A key that was made: the key alone to standard output, so that a script can take it, and the rest for the person.
    static func key(_ record: JSONNode?, _ note: String, asJSON: Bool) {
        guard !asJSON, let record else { return self.record(record, asJSON: true) }
        StandardError.print("key \(record["id"]?.stringValue ?? "") (\(record["name"]?.stringValue ?? "")). \(note)")
        print(record["key"]?.stringValue ?? "")
    }
}
