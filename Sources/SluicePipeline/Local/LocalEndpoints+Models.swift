import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// `GET /v1/models` and `GET /v1/models/{id}`, in OpenAI's shape. Source: OpenAI API reference, models (read 2026-11).
extension LocalEndpoints {
    /// When the list began, as far as a gateway can say: OpenAI's clients want a number.
    private static let created = 1_735_689_600

    func models(_ state: ExchangeState) async -> LocalAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("object")
        writer.string("list")
        writer.key("data")
        writer.beginArray()
        for model in await self.names(state) { Self.write(model, to: &writer) }
        writer.endArray()
        writer.endObject()
        return LocalAnswer(body: ByteBuffer(bytes: writer.take()))
    }

    func model(_ id: String, _ state: ExchangeState) async throws(GatewayError) -> LocalAnswer {
        let isAllowed = state.record.principal?.mayUse(model: id) ?? true
        guard isAllowed, let plan = state.snapshot.models.resolve(id), let target = plan.targets.first else {
            throw GatewayError(
                .modelNotFound,
                "The model \(Quoted.name(id)) is not served here. GET /v1/models lists what is.",
                parameter: "model"
            )
        }
        var writer = JSONWriter()
        Self.write((id, state.snapshot.providers[target.provider].provider.name), to: &writer)
        return LocalAnswer(body: ByteBuffer(bytes: writer.take()))
    }

    /// The names that this principal may use, sorted as the table has them, then those of the providers' own lists.
    private func names(_ state: ExchangeState) async -> [(id: String, owner: String)] {
        let table = state.snapshot.models
        var names: [(id: String, owner: String)] = []
        var seen: Set<String> = []
        func add(_ name: String, _ provider: Int) {
            guard state.record.principal?.mayUse(model: name) ?? true, seen.insert(name).inserted else { return }
            names.append((name, state.snapshot.providers[provider].provider.name))
        }
        for name in table.listedNames {
            if let provider = table.resolve(name)?.targets.first?.provider { add(name, provider) }
        }
        let open = table.openPatterns
        for provider in Set(open.map(\.provider)).sorted() {
            let patterns = open.filter { $0.provider == provider }.map(\.pattern)
            for name in await self.lists.models(of: state.snapshot.providers[provider], on: state.exchange.loop)
            where patterns.contains(where: { $0.matches(name) }) {
                add(name, provider)
            }
        }
        return names
    }

    private static func write(_ model: (id: String, owner: String), to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(model.id)
        writer.key("object")
        writer.string("model")
        writer.key("created")
        writer.integer(Self.created)
        writer.key("owned_by")
        writer.string(model.owner)
        writer.endObject()
    }
}
