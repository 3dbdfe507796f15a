import HTTPTypes
import Hummingbird
import NIOCore
public import SluicePipeline

/// The admin API without a listener: for commands on the gateway's own machine, which work on its stores directly.
public struct AdminApplication: Sendable {
    /// An answer.
    public struct Answer: Sendable {
        /// The HTTP status.
        public let status: Int
        /// The body: JSON, or nothing.
        public let body: [UInt8]

        /// Makes an answer.
        public init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    private let api: AdminAPI
    private let dependencies: AdminDependencies

    /// Makes the application. `gateway` says what the configuration would do.
    public init(_ dependencies: AdminDependencies, gateway: GatewayHandler, routes: [any AdminRoutes] = []) {
        self.dependencies = dependencies
        self.api = AdminAPI(AdminAPI.routes(dependencies, gateway) + routes, version: dependencies.version)
    }

    /// Answers a call. `path` begins with `/admin/v1`, and may have a query.
    ///
    /// - Parameter take: gets the pieces of the body of a 2xx as they are made, and says whether more is wanted; that answer's own body is
    ///   empty then.
    public func answer(
        method: String,
        path: String,
        body: [UInt8],
        as access: AdminAccess,
        take: (@Sendable ([UInt8]) -> Bool)? = nil
    ) async -> Answer {
        let buffer = ByteBuffer(bytes: body)
        let context = AdminContext(
            source: AdminContext.Source(access: access, body: buffer, logger: self.dependencies.logger))
        let head = HTTPRequest(
            method: HTTPRequest.Method(method) ?? .get, scheme: nil, authority: nil, path: path)
        do {
            let response = try await self.api.respond(
                to: Request(head: head, body: RequestBody(buffer: buffer)), context)
            if let take, response.status.kind == .successful {
                try await response.body.write(TakenBodyWriter(take: take))
                return Answer(status: response.status.code, body: [])
            }
            let collected = CollectedBody(length: response.body.contentLength ?? 0)
            try await response.body.write(collected.writer)
            return Answer(status: response.status.code, body: Array(collected.bytes.readableBytesView))
        } catch is TakenBodyWriter.Stopped {
            return Answer(status: 200, body: [])
        } catch {
            let failure = AdminError(error)
            return Answer(status: failure.status, body: failure.body)
        }
    }
}
