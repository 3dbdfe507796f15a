import HTTPTypes
import Hummingbird
import SluiceCore
import SluiceWire

/// The admin API as an application: from a request and who makes it to an answer, without a socket.
struct AdminAPI: Sendable {
    /// All operations, in the order of the document.
    let operations: [AdminOperation]
    private let router: AdminRouter
    let document: [UInt8]

    init(_ routes: [any AdminRoutes], version: String) {
        let index = IndexRoutes(version: version)
        let operations = routes.flatMap(\.operations)
        let all = index.operations(with: operations)
        let document = OpenAPIDocument(
            version: version,
            operations: all + [IndexRoutes.documentOperation { Response.json([]) }],
            schemas: routes.flatMap(\.schemas) + index.schemas
        ).json
        self.document = document
        self.operations = all + [IndexRoutes.documentOperation { Response.json(document) }]
        self.router = AdminRouter(self.operations)
    }

    /// Answers a call. Throws ``AdminError``, or whatever the route throws: ``AdminError/init(_:)`` makes an answer of both.
    func respond(to request: Request, _ context: AdminContext) async throws -> Response {
        try await self.router.respond(to: request, context)
    }
}

/// What the API says of itself.
private struct IndexRoutes {
    let version: String

    var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "Index",
                .object([
                    AdminProperty("version", .string(), "The version of the gateway.", isRequired: true),
                    AdminProperty(
                        "scope", .words(["tenant", "deployment"]), "The admin scope of the key.", isRequired: true),
                    AdminProperty(
                        "tenant_id", .nullable(.string()), "The tenant that is administered.", isRequired: true),
                    AdminProperty("paths", .array(.string()), "What there is.", isRequired: true),
                ])
            )
        ]
    }

    func operations(with others: [AdminOperation]) -> [AdminOperation] {
        var paths: [String] = []
        for operation in others {
            let path = AdminRouter.prefix + operation.path
            if !paths.contains(path) { paths.append(path) }
        }
        paths.append(AdminRouter.prefix + "/openapi.json")
        let version = self.version
        let index = AdminOperation(
            .get, "", id: "getIndex", tag: "index", summary: "Say what there is and who asks",
            answers: [.init(200, .reference("Index"))]
        ) { [paths] request, context in
            _ = try AdminQuery(request, known: [])
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("version", version)
            writer.member("scope", context.access.isDeployment ? "deployment" : "tenant")
            if case .tenant(let tenant) = context.access.scope {
                writer.member("tenant_id", tenant.text)
            } else {
                writer.member("tenant_id", nil as String?)
            }
            writer.member("paths", paths)
            writer.endObject()
            return Response.json(writer.take())
        }
        return [index] + others
    }

    static func documentOperation(_ answer: @escaping @Sendable () -> Response) -> AdminOperation {
        AdminOperation(
            .get, "/openapi.json", id: "getDocument", tag: "index", summary: "Give this document",
            answers: [.init(200, .any)]
        ) { _, _ in answer() }
    }
}
