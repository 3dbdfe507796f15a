import HTTPTypes
import Hummingbird
import SluiceCore
import SluiceWire

/// List, show, create, change and delete, the same for all kinds of records.
struct ResourceRoutes<Resource: AdminResource>: AdminRoutes {
    let resource: Resource

    init(_ resource: Resource) {
        self.resource = resource
    }

    var schemas: [(name: String, schema: AdminSchema)] {
        let name = Resource.schemaName
        return [
            (name, Resource.fields.shown),
            ("\(name)Creation", Resource.fields.creation),
            ("\(name)Change", Resource.fields.change),
            (
                "\(name)List",
                .object([
                    AdminProperty("data", .array(.reference(name)), "The records, oldest first.", isRequired: true),
                    AdminProperty(
                        "next", .nullable(.string()), "What to give as after for the next page; null at the end.",
                        isRequired: true),
                ])
            ),
        ]
    }

    var operations: [AdminOperation] { [self.list, self.create, self.show, self.change, self.remove] }

    private var path: String { "/\(Resource.path)" }

    private var list: AdminOperation {
        let query = AdminProperty.page + Resource.filters
        return AdminOperation(
            .get, self.path, id: "list\(Resource.name(Resource.plural))", tag: Resource.tag,
            summary: "List \(Resource.plural)",
            query: query, answers: [.init(200, .reference("\(Resource.schemaName)List"))], errors: [400, 404]
        ) { [resource] request, context in
            let query = try AdminQuery(request, known: Set(query.map(\.name)))
            let scope = try query.scope(within: context.access)
            let page = try await resource.store.records(
                in: scope, where: try resource.filter(query), page: try query.page())
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key("data")
            writer.beginArray()
            for record in page.records where resource.shows(record) {
                resource.object(record, context.access, to: &writer)
            }
            writer.endArray()
            writer.member("next", page.next)
            writer.endObject()
            return Response.json(writer.take())
        }
    }

    private var create: AdminOperation {
        AdminOperation(
            .post, self.path, id: "create\(Resource.schemaName)", tag: Resource.tag,
            summary: "Make a \(Resource.noun)", body: .reference("\(Resource.schemaName)Creation"),
            answers: [.init(201, .reference(Resource.schemaName + (Resource.showsKey ? "WithSecret" : "")))],
            errors: [400, 409, 413, 415]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            let fields = try FieldReader(
                context.body, known: Set(Resource.fields.filter(\.isCreatable).map(\.name)))
            let new = try await resource.make(fields, context.access)
            let stored = try await resource.store.insert(
                new.record, in: context.access.scope, as: context.access.act(detail: fields.auditDetail))
            await resource.afterChange()
            var response = resource.response(stored, context.access, key: new.key, status: .created)
            response.headers[.location] = "\(AdminRouter.prefix)/\(Resource.path)/\(stored.id)"
            return response
        }
    }

    private var show: AdminOperation {
        AdminOperation(
            .get, "\(self.path)/{id}", id: "get\(Resource.schemaName)", tag: Resource.tag,
            summary: "Show a \(Resource.noun)", answers: [.init(200, .reference(Resource.schemaName))], errors: [404]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            return resource.response(try await resource.record(context), context.access)
        }
    }

    private var change: AdminOperation {
        AdminOperation(
            .patch, "\(self.path)/{id}", id: "change\(Resource.schemaName)", tag: Resource.tag,
            summary: "Change some members of a \(Resource.noun)", headers: [.ifMatch],
            body: .reference("\(Resource.schemaName)Change"),
            answers: [.init(200, .reference(Resource.schemaName))], errors: [400, 404, 409, 412, 413, 415]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            var record = try await resource.record(context)
            try Precondition(request).check(record.revision)
            try resource.checkChange(of: record, context.access)
            let fields = try FieldReader(
                context.body,
                known: Set(Resource.fields.filter(\.isShown).map(\.name)).union(
                    Resource.fields.filter(\.isChangeable).map(\.name)))
            for name in fields.names where !Resource.fields.contains(where: { $0.name == name && $0.isChangeable }) {
                throw AdminError(.fixedField, "\(name) cannot be changed.", parameter: name)
            }
            try await resource.change(&record, fields, context.access)
            let stored = try await resource.store.update(
                record, in: context.access.scope, as: context.access.act(detail: fields.auditDetail))
            await resource.afterChange()
            return resource.response(stored, context.access)
        }
    }

    private var remove: AdminOperation {
        AdminOperation(
            .delete, "\(self.path)/{id}", id: "delete\(Resource.schemaName)", tag: Resource.tag,
            summary: "Delete a \(Resource.noun)", headers: [.ifMatch], answers: [.init(204, nil)],
            errors: [404, 409, 412]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            let record = try await resource.record(context)
            try Precondition(request).check(record.revision)
            try resource.checkChange(of: record, context.access)
            try resource.checkRemoval(of: record, context.access)
            do {
                try await resource.store.remove(record.id, in: context.access.scope, as: context.access.act())
            } catch let error as StoreError where error.kind == .reference {
                throw AdminError(.inUse, "Other records refer to the \(Resource.noun). Delete or change them first.")
            }
            await resource.afterChange()
            return Response(status: .noContent)
        }
    }
}

extension AdminResource {
    /// Whether a record is made with a secret that is shown once.
    static var showsKey: Bool { Record.kind == .key }

    /// A record as an answer, with its revision as the entity tag.
    func response(
        _ record: Record,
        _ access: AdminAccess,
        key: Secret? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        var writer = JSONWriter(capacity: 1024)
        self.object(record, access, key: key, to: &writer)
        var response = Response.json(writer.take(), status: status)
        response.headers[.eTag] = "\"\(record.revision)\""
        return response
    }
}

extension AdminProperty {
    /// The parameters of every list.
    static let page = [
        AdminProperty(
            "limit", .integer(minimum: 1, maximum: Int64(AdminQuery.pageLargest)),
            "How many records at most, \(AdminQuery.pageDefault) by default."),
        AdminProperty("after", .string(), "The next of the page before."),
        AdminProperty("tenant_id", .string(), "Only what belongs to this tenant."),
    ]

    /// The header of changes that are to be made to one revision only.
    static let ifMatch = AdminProperty(
        "If-Match", .string(), "The ETag that the record must still have; without it, any.")
}
