import Hummingbird
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import SluiceWire

/// `POST /explain` and `GET /models`: what the configuration in force would do.
struct ExplainRoutes: AdminRoutes {
    let access: RecordAccess
    let gateway: GatewayHandler
    let loops: LoopContexts

    var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "ExplainRequest",
                .object([
                    AdminProperty(
                        "path", .string(), "The path that the client calls; /v1/chat/completions by default."),
                    AdminProperty("headers", .map(.string()), "Header fields of the request."),
                    AdminProperty("body", .any, "The body; a short message to model when not given."),
                    AdminProperty("model", .string(), "The model that the client names, where there is no body."),
                    AdminProperty("key_id", .string(), "The stored key that asks; without it, no model is refused."),
                ])
            ),
            (
                "ModelList",
                .object([
                    AdminProperty(
                        "data",
                        .array(
                            .object([
                                AdminProperty("id", .string(), "The name that clients use.", isRequired: true),
                                AdminProperty(
                                    "providers", .array(.string()), "Who serves it, in the order of the file.",
                                    isRequired: true),
                            ])), "The models.", isRequired: true)
                ])
            ),
        ]
    }

    var operations: [AdminOperation] { [self.explain, self.models] }

    private var explain: AdminOperation {
        AdminOperation(
            .post, "/explain", id: "explainRequest", tag: "routing",
            summary: "Say where a request would go and why; nothing is sent", body: .reference("ExplainRequest"),
            answers: [.init(200, .any)], errors: [400, 413, 415, 422]
        ) { [self] request, context in
            _ = try AdminQuery(request, known: [])
            try context.access.requireDeployment("Explaining requests")
            let fields = try FieldReader(context.body, known: ["path", "headers", "body", "model", "key_id"])
            let body = try fields.json("body").optional.map { Array($0.utf8) }
            let model = try fields.string("model").optional
            guard body != nil || model != nil else {
                throw AdminError(
                    .missingField, "Say model, or body with a request that names one.", parameter: "model")
            }
            let path = try fields.string("path").optional ?? "/v1/chat/completions"
            guard path.hasPrefix("/"), path.utf8.count <= 2048 else {
                throw AdminError(.invalidField, "path: expected a path that begins with /.", parameter: "path")
            }
            var headers = HTTPHeaders((try fields.map("headers").optional ?? [:]).map { ($0.key, $0.value) })
            if !headers.contains(name: "content-type") { headers.add(name: "content-type", value: "application/json") }
            let head = RequestHead(method: .POST, target: path, version: .http11, headers: headers)
            let principal = try await self.principal(fields, context.access)
            return Response.json(
                try await self.explanation(
                    of: head, body: body ?? ExplanationText.shortRequest(model: model ?? ""), principal))
        }
    }

    private func explanation(of head: RequestHead, body: [UInt8], _ principal: Principal?) async throws -> [UInt8] {
        let snapshot = self.gateway.snapshot
        do {
            return try await self.loops.run { loop in
                let explainer = RequestExplainer(snapshot, on: loop)
                return Array(try explainer.explain(head, body: ByteBuffer(bytes: body), principal: principal).json.utf8)
            }
        } catch let error as GatewayError {
            throw AdminError(.cannotBeRouted, "\(error.status) \(error.kind.rawValue): \(error.message)")
        }
    }

    private func principal(_ fields: FieldReader, _ access: AdminAccess) async throws -> Principal? {
        guard let id = try fields.string("key_id").optional else { return nil }
        guard let key = try await self.access.all.keys.record(KeyID(id), in: access.scope) else {
            throw RecordAccess.unknown("key", "key_id")
        }
        return Principal(
            proof: .storedKey, keyID: key.id.text, keyName: key.name, tenant: key.tenantID.text,
            team: key.team?.text, user: key.user?.text, models: key.models?.map { ModelPattern($0) },
            surfaces: key.surfaces.map { Set($0) })
    }

    private var models: AdminOperation {
        AdminOperation(
            .get, "/models", id: "listModels", tag: "routing",
            summary: "List the models of the configuration and who serves them",
            answers: [.init(200, .reference("ModelList"))]
        ) { [gateway] request, _ in
            _ = try AdminQuery(request, known: [])
            let snapshot = gateway.snapshot
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key("data")
            writer.beginArray()
            for name in snapshot.models.listedNames {
                var providers: [String] = []
                for target in snapshot.models.resolve(name)?.targets ?? [] {
                    let provider = snapshot.providers[target.provider].provider.name
                    if !providers.contains(provider) { providers.append(provider) }
                }
                writer.beginObject()
                writer.member("id", name)
                writer.member("providers", providers)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            return Response.json(writer.take())
        }
    }
}
