import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// The lists of models, each in the shape of the client's dialect.
extension LocalEndpoints {
    /// A model that is served.
    struct ListedModel {
        var id: String
        var owner: String
    }

    /// The list, or with an id one model, in the shape that the client's dialect has for it.
    func models(_ request: IdentifiedRequest, _ state: ExchangeState) async throws(GatewayError) -> LocalAnswer {
        let shape = ModelListShape(request.surface, state.exchange.head)
        guard let id = request.modelID else {
            return LocalAnswer(body: ByteBuffer(bytes: shape.list(await self.names(state))))
        }
        let isAllowed = state.record.principal?.mayUse(model: id) ?? true
        guard isAllowed, let plan = state.snapshot.models.resolve(id), let target = plan.targets.first else {
            throw GatewayError(
                .modelNotFound,
                "The model \(Quoted.name(id)) is not served here. GET /v1/models lists what is.",
                parameter: "model"
            )
        }
        let model = ListedModel(id: id, owner: state.snapshot.providers[target.provider].provider.name)
        return LocalAnswer(body: ByteBuffer(bytes: shape.one(model)))
    }

    /// The names that this principal may use, sorted as the table has them, then those of the providers' own lists.
    private func names(_ state: ExchangeState) async -> [ListedModel] {
        let table = state.snapshot.models
        var names: [ListedModel] = []
        var seen: Set<String> = []
        func add(_ name: String, _ provider: Int) {
            guard state.record.principal?.mayUse(model: name) ?? true, seen.insert(name).inserted else { return }
            names.append(ListedModel(id: name, owner: state.snapshot.providers[provider].provider.name))
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
}
