import ArgumentParser
import SluiceServer
import SluiceWire

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List who changed what, when and whence.")

    @OptionGroup var administration: AdministrationOptions
    @Option(help: "Only what is about this id.") var subject: String?
    @Option(help: "Only what belongs to this tenant.") var tenant: String?

    func run() async throws {
        let query = [("subject", self.subject), ("tenant_id", self.tenant)].compactMap { name, value in
            value.map { (name: name, value: $0) }
        }
        try await self.administration.withConnection { connection in
            Output.list(
                try await connection.list("/audit", query: query),
                ["at", "action", "subject", "tenant_id", "actor_kind", "actor", "source"],
                asJSON: self.administration.json)
        }
    }
}

struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the models of the configuration and who serves them.")

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        try await self.administration.withConnection { connection in
            let models = try await connection.json("GET", "/models")
            Output.list(
                models.map { Array($0["data"]?.elements.map { $0 } ?? []) } ?? [], ["id", "providers"],
                asJSON: self.administration.json)
        }
    }
}
