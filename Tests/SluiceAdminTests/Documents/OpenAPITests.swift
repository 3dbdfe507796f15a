import HTTPTypes
import Hummingbird
import SluiceWire
import Testing

@testable import SluiceAdmin

@Suite(.serialized, .timeLimit(.minutes(5)))
struct OpenAPITests {
    /// A part that is made elsewhere, as the usage endpoints are.
    struct Extra: AdminRoutes {
        var schemas: [(name: String, schema: AdminSchema)] { [("Extra", .object([]))] }
        var operations: [AdminOperation] {
            [
                AdminOperation(
                    .get, "/extra/{id}", id: "getExtra", tag: "extra", summary: "Give more",
                    answers: [.init(200, .reference("Extra"))]
                ) { _, context in Response.json(Array("\"\(context.access.scope)\"".utf8)) }
            ]
        }
    }

    @Test("the document names every operation of the router and no other")
    func complete() async throws {
        try await AdminHarness.run([Extra()]) { harness in
            let answer = try await harness.call(.get, "/openapi.json")
            #expect(answer["openapi"]?.stringValue == "3.1.0")
            var documented: Set<String> = []
            for (path, methods) in try #require(answer["paths"]).members {
                for (method, operation) in methods.members {
                    documented.insert("\(method.uppercased()) \(path == "/" ? "" : path)")
                    #expect(operation["operationId"]?.stringValue?.isEmpty == false)
                    let responses = Array(try #require(operation["responses"]).members.map(\.key))
                    #expect(Set(responses).count == responses.count, "\(method) \(path)")
                }
            }
            let served = harness.api.operations.map { "\($0.method.rawValue) \($0.path)" }
            #expect(documented == Set(served))
            #expect(Set(served).count == served.count)
            #expect(served.contains("GET /extra/{id}"))
            let ids = harness.api.operations.map(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test("no operation has a parameter twice")
    func parameters() async throws {
        try await AdminHarness.run([UsageRoutes(nil), ExchangeRoutes(nil)]) { harness in
            #expect(harness.api.operations.contains { $0.id == "listExchanges" })
            for operation in harness.api.operations {
                let names = operation.pathParameters + operation.query.map(\.name) + operation.headers.map(\.name)
                #expect(Set(names).count == names.count, "\(operation.id): \(names)")
            }
        }
    }

    @Test("every reference leads to a schema, and every schema is referred to")
    func references() async throws {
        try await AdminHarness.run { harness in
            let answer = try await harness.call(.get, "/openapi.json")
            let names = Set(try #require(answer["components"]?["schemas"]).members.map(\.key))
            var referred: Set<String> = []
            func walk(_ node: JSONNode) {
                for (key, value) in node.members {
                    if key == "$ref", let text = value.stringValue {
                        referred.insert(String(text.dropFirst("#/components/schemas/".count)))
                    }
                    walk(value)
                }
                for element in node.elements { walk(element) }
            }
            walk(try #require(answer.root))
            #expect(referred == names)
        }
    }

    @Test("a path that does not exist is told from a method that it does not take")
    func missing() async throws {
        try await AdminHarness.run { harness in
            for path in ["/nothing", "/keys/a/b/c", "/keys/a/explode"] {
                let answer = try await harness.call(.get, path)
                #expect(answer.status == 404)
                #expect(answer.code == "path_not_found")
            }
            for (method, path) in [
                (HTTPRequest.Method.put, "/keys/a"), (.post, "/audit"), (.delete, "/audit"), (.get, "/explain"),
            ] {
                let answer = try await harness.call(method, path)
                #expect(answer.status == 405, "\(method) \(path)")
                #expect(answer.code == "method_not_allowed")
            }
        }
    }

    @Test("the index says what there is and who asks")
    func index() async throws {
        try await AdminHarness.run([Extra()]) { harness in
            let all = try await harness.call(.get, "")
            #expect(all["scope"]?.stringValue == "deployment")
            #expect(all["tenant_id"]?.isNull == true)
            let paths = try #require(all["paths"]).elements.compactMap(\.stringValue)
            #expect(paths.contains("/admin/v1/keys/{id}/rotate"))
            #expect(paths.contains("/admin/v1/extra/{id}"))
            let own = try await harness.call(.get, "", as: AdminHarness.alpha)
            #expect(own["tenant_id"]?.stringValue == "alpha")
            let extra = try await harness.call(.get, "/extra/7", as: AdminHarness.beta)
            #expect(extra.text == "\"\(AdminHarness.beta)\"")
        }
    }
}
