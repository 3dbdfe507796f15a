public import Hummingbird
public import Logging
public import NIOCore

/// What a route is told of its call beside the request: who makes it, and the body, which was read already.
public struct AdminContext: RequestContext {
    /// What a context is made of.
    public struct Source: RequestContextSource {
        /// Who makes the call.
        public let access: AdminAccess
        /// The body.
        public let body: ByteBuffer
        /// The operator's log.
        public let logger: Logger

        /// Makes a source.
        public init(access: AdminAccess, body: ByteBuffer, logger: Logger) {
            self.access = access
            self.body = body
            self.logger = logger
        }
    }

    public var coreContext: CoreRequestContextStorage
    /// Who makes the call. Every look into a store is to be made within its scope.
    public let access: AdminAccess
    /// The body; empty when there is none.
    public let body: ByteBuffer

    public init(source: Source) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.access = source.access
        self.body = source.body
    }

    /// A part of the path, such as `id`.
    func path(_ name: String) throws(AdminError) -> String {
        guard let text = self.parameters.get(name) else {
            throw AdminError(.pathNotFound, "There is nothing at this path.")
        }
        return text
    }
}
