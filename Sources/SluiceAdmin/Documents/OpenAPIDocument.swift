import HTTPTypes
import SluiceWire

/// The description of the admin API for tools, made from the operations themselves. Source: OpenAPI 3.1.0 (read 2026-11).
struct OpenAPIDocument {
    let version: String
    let operations: [AdminOperation]
    let schemas: [(name: String, schema: AdminSchema)]

    private static let reasons = [
        400: "A field or a parameter is not what it should be.", 401: "No key, or one that is not known.",
        403: "The key may not do this.", 404: "There is no such record in the scope of the key.",
        409: "It cannot be done as things are: a name is taken, or others refer to the record.",
        412: "The record has another revision than If-Match says.", 422: "The request cannot be routed.",
        429: "Too many wrong keys came from this address.", 500: "The gateway failed.",
        503: "The database cannot be asked now.",
    ]
    private static let always = [401, 403, 429, 500, 503]

    /// The document, as JSON.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 65_536)
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        writer.key("info")
        writer.beginObject()
        writer.member("title", "Sluice admin API")
        writer.member("version", self.version)
        writer.member(
            "description",
            "Keys, users, teams, tenants, limits, budgets and the audit table of one deployment. A key with the admin scope tenant sees and changes what belongs to its tenant, as if there were no other."
        )
        writer.key("license")
        writer.beginObject()
        writer.member("name", "Apache-2.0")
        writer.member("identifier", "Apache-2.0")
        writer.endObject()
        writer.endObject()
        writer.key("servers")
        writer.beginArray()
        writer.beginObject()
        writer.member("url", "/admin/v1")
        writer.endObject()
        writer.endArray()
        writer.key("security")
        writer.beginArray()
        for scheme in ["bearer", "apiKey"] {
            writer.beginObject()
            writer.key(scheme)
            writer.beginArray()
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        self.paths(&writer)
        self.components(&writer)
        writer.endObject()
        return writer.take()
    }

    private func paths(_ writer: inout JSONWriter) {
        writer.key("paths")
        writer.beginObject()
        var paths: [String] = []
        for operation in self.operations where !paths.contains(operation.path) { paths.append(operation.path) }
        for path in paths {
            writer.key(path.isEmpty ? "/" : path)
            writer.beginObject()
            for operation in self.operations where operation.path == path {
                writer.key(operation.method.rawValue.lowercased())
                self.operation(operation, &writer)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func operation(_ operation: AdminOperation, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("operationId", operation.id)
        writer.member("summary", operation.summary)
        writer.member("tags", [operation.tag])
        writer.key("parameters")
        writer.beginArray()
        for name in operation.pathParameters {
            Self.parameter(
                AdminProperty(name, .string(), "The \(name) of the record.", isRequired: true), "path", &writer)
        }
        for property in operation.query { Self.parameter(property, "query", &writer) }
        for property in operation.headers { Self.parameter(property, "header", &writer) }
        writer.endArray()
        if let body = operation.body {
            writer.key("requestBody")
            writer.beginObject()
            writer.member("required", true)
            Self.content(body, ["application/json"], &writer)
            writer.endObject()
        }
        writer.key("responses")
        writer.beginObject()
        for answer in operation.answers {
            writer.key(String(answer.status))
            writer.beginObject()
            writer.member("description", answer.schema == nil ? "It is done." : "The answer.")
            if let schema = answer.schema { Self.content(schema, answer.contentTypes, &writer) }
            writer.endObject()
        }
        for status in (operation.errors + Self.always).sorted() {
            writer.key(String(status))
            writer.beginObject()
            writer.member("description", Self.reasons[status] ?? "The call failed.")
            Self.content(.reference("Error"), ["application/json"], &writer)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func parameter(_ property: AdminProperty, _ place: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", property.name)
        writer.member("in", place)
        writer.member("description", property.description)
        writer.member("required", property.isRequired)
        writer.key("schema")
        writer.schema(property.schema)
        writer.endObject()
    }

    private static func content(_ schema: AdminSchema, _ types: [String], _ writer: inout JSONWriter) {
        writer.key("content")
        writer.beginObject()
        for type in types {
            writer.key(type)
            writer.beginObject()
            writer.key("schema")
            writer.schema(schema)
            writer.endObject()
        }
        writer.endObject()
    }

    private func components(_ writer: inout JSONWriter) {
        writer.key("components")
        writer.beginObject()
        writer.key("securitySchemes")
        writer.beginObject()
        writer.key("bearer")
        writer.beginObject()
        writer.member("type", "http")
        writer.member("scheme", "bearer")
        writer.endObject()
        writer.key("apiKey")
        writer.beginObject()
        writer.member("type", "apiKey")
        writer.member("in", "header")
        writer.member("name", "x-api-key")
        writer.endObject()
        writer.endObject()
        writer.key("schemas")
        writer.beginObject()
        for (name, schema) in self.schemas + [("Error", Self.error)] {
            writer.key(name)
            writer.schema(schema)
        }
        writer.endObject()
        writer.endObject()
    }

    private static let error = AdminSchema.object([
        AdminProperty(
            "error",
            .object([
                AdminProperty("message", .string(), "What was wrong, and what to do.", isRequired: true),
                AdminProperty("type", .string(), "The class of the failure.", isRequired: true),
                AdminProperty(
                    "param", .nullable(.string()), "The field or parameter that is at fault.", isRequired: true),
                AdminProperty(
                    "code", .words(AdminError.Code.allCases.filter { $0 != .clientClosed }.map(\.rawValue)),
                    "What went wrong.", isRequired: true),
            ]), "The failure.", isRequired: true)
    ])
}
