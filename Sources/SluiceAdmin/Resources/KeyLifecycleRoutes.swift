import HTTPTypes
import Hummingbird
import SluiceCore

/// What is done to a key beside changing its members: `POST /keys/{id}/rotate`, `disable`, `enable`, `revoke`.
struct KeyLifecycleRoutes: AdminRoutes {
    /// The longest grace of a rotation.
    static let longestGrace = Duration.seconds(90 * 86_400)

    let resource: KeyResource

    var schemas: [(name: String, schema: AdminSchema)] {
        let secret = AdminProperty("key", .string(), "The whole key, shown this once.", isRequired: true)
        return [
            ("KeyWithSecret", .object(KeyResource.fields.filter(\.isShown).map(\.property.required) + [secret])),
            (
                "KeyRotation",
                .object([
                    AdminProperty(
                        "grace", .string(),
                        "How long the secret of before works on, as 24h; not at all when not given. At most 90d.")
                ])
            ),
        ]
    }

    var operations: [AdminOperation] {
        [
            self.rotate,
            self.operation("disable", "Refuse a key until it is enabled again") { record, access in
                record.disabledAt = record.disabledAt ?? access.now
            },
            self.operation("enable", "Serve a disabled key again") { record, _ in record.disabledAt = nil },
            self.operation("revoke", "Refuse a key for ever", ofRevoked: true) { record, access in
                record.revoke(at: access.now)
            },
        ]
    }

    private var rotate: AdminOperation {
        AdminOperation(
            .post, "/keys/{id}/rotate", id: "rotateKey", tag: "keys",
            summary: "Give a key a new secret, which is shown once", headers: [.ifMatch],
            body: .reference("KeyRotation"), answers: [.init(200, .reference("KeyWithSecret"))],
            errors: [400, 404, 409, 412, 413, 415]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            let fields = try FieldReader(context.body, known: ["grace"])
            let grace = try fields.duration("grace").optional ?? .zero
            guard grace <= Self.longestGrace else {
                throw AdminError(.invalidField, "grace: expected at most 90d.", parameter: "grace")
            }
            var record = try await resource.keyForAct(request, context)
            let minted = try await resource.minting.mint(id: record.id)
            record.rotate(to: minted.hash, at: context.access.now, grace: grace)
            let stored = try await resource.store.update(
                record, in: context.access.scope, as: context.access.act("rotate", detail: fields.auditDetail))
            return resource.response(stored, context.access, key: minted.key)
        }
    }

    private func operation(
        _ verb: String,
        _ summary: String,
        ofRevoked: Bool = false,
        _ change: @escaping @Sendable (inout KeyRecord, AdminAccess) -> Void
    ) -> AdminOperation {
        AdminOperation(
            .post, "/keys/{id}/\(verb)", id: "\(verb)Key", tag: "keys", summary: summary, headers: [.ifMatch],
            answers: [.init(200, .reference("Key"))], errors: [400, 404, 409, 412]
        ) { [resource] request, context in
            _ = try AdminQuery(request, known: [])
            _ = try FieldReader(context.body, known: [])
            var record = try await resource.keyForAct(request, context, ofRevoked: ofRevoked)
            change(&record, context.access)
            let stored = try await resource.store.update(
                record, in: context.access.scope, as: context.access.act(verb))
            return resource.response(stored, context.access)
        }
    }
}

extension KeyResource {
    /// The key of the path, if it may be acted upon.
    fileprivate func keyForAct(
        _ request: Request,
        _ context: AdminContext,
        ofRevoked: Bool = false
    ) async throws -> KeyRecord {
        let record = try await self.record(context)
        // What was deleted is shown as history, and is no key any more.
        guard record.removedAt == nil else { throw AdminError(.notFound, "There is no such key.") }
        try Precondition(request).check(record.revision)
        try self.checkChange(of: record, context.access)
        guard ofRevoked || record.revokedAt == nil else {
            throw AdminError(.keyRevoked, "The key was revoked, which is for ever. Make a new one.")
        }
        return record
    }
}
