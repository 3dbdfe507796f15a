import HTTPTypes
import Hummingbird

/// The routes of the admin API: the router of Hummingbird, and what it does not tell.
struct AdminRouter: Sendable {
    /// What every path begins with.
    static let prefix = "/admin/v1"

    private let responder: RouterResponder<AdminContext>
    private let templates: [(segments: [Substring], method: String)]

    init(_ operations: [AdminOperation]) {
        let router = Router(context: AdminContext.self)
        router.add(middleware: MissingRoute())
        for operation in operations {
            router.on(RouterPath(Self.prefix + operation.path), method: operation.method, use: operation.handler)
        }
        self.responder = router.buildResponder()
        self.templates = operations.map { operation in
            ((Self.prefix + operation.path).split(separator: "/"), operation.method.rawValue)
        }
    }

    /// Answers a call. Throws ``AdminError``, or whatever the route throws.
    func respond(to request: Request, _ context: AdminContext) async throws -> Response {
        do {
            return try await self.responder.respond(to: request, context: context)
        } catch is MissingRoute.Missing {
            throw self.missing(request)
        }
    }

    private func missing(_ request: Request) -> AdminError {
        let path = request.uri.path.split(separator: "/")
        let methods = self.templates.filter { template in
            template.segments.count == path.count
                && zip(template.segments, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.map(\.method)
        guard !methods.isEmpty else {
            return AdminError(.pathNotFound, "There is nothing at this path. GET \(Self.prefix) says what there is.")
        }
        var allowed = Set(methods)
        if allowed.contains("GET") { allowed.insert("HEAD") }
        let list = allowed.sorted().joined(separator: ", ")
        return AdminError(.methodNotAllowed, "This path takes \(list).", allowedMethods: list)
    }
}

/// Tells a path that does not exist from what routes answer: the router's own answer has no body.
private struct MissingRoute: RouterMiddleware {
    struct Missing: Error {}

    @concurrent
    func handle(
        _ request: Request,
        context: AdminContext,
        next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            throw Missing()
        }
    }
}
