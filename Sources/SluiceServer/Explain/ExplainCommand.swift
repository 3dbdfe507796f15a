import NIOCore
import NIOHTTP1
public import SluiceConfig
import SluiceCore
import SluiceHTTP
public import SluicePipeline

/// `sluice explain`: says where a request would go by a configuration, with nothing running and nothing sent.
///
/// Health is that of a gateway that has just started: every target is well.
public enum ExplainCommand {
    /// A request to explain.
    public struct Request: Sendable {
        /// Method and path: always POST.
        public var path: String
        /// Header fields.
        public var headers: [(name: String, value: String)]
        /// The body.
        public var body: [UInt8]
        /// The name of a key of the configuration, whose models are looked at.
        public var keyName: String?

        /// Makes a request.
        public init(path: String, headers: [(name: String, value: String)], body: [UInt8], keyName: String?) {
            self.path = path
            self.headers = headers
            self.body = body
            self.keyName = keyName
        }
    }

    /// Explains a request.
    ///
    /// Throws ``GatewayError`` with what a client would be told of a request that cannot be routed, and ``StartFailure`` when the
    /// key is not in the configuration.
    public static func explain(
        _ request: Request,
        _ configuration: GatewayConfiguration,
        loader: ConfigurationLoader,
        files: any FileReading
    ) async throws -> RequestExplanation {
        let loops = LoopContexts(threads: 1, connector: UpstreamConnector(windowBytes: 65_536))
        defer { loops.group.shutdownGracefully { _ in } }
        let builder = SnapshotBuilder(
            // Nothing is sent, so that it is of no importance where the mock model listens.
            mockPort: SnapshotBuilder.needsMock(configuration) ? 1 : nil,
            startKey: nil,
            environment: loader.environment,
            readFile: { try? files.read($0, limit: .kibibytes(64)) }
        )
        let snapshot = builder.build(configuration)
        let principal = try request.keyName.map { name in
            guard let key = configuration.auth.keys.first(where: { $0.name == name }) else {
                throw StartFailure("there is no key \(name) in auth.keys")
            }
            return snapshot.authenticator.principal(for: key.key.expose()[...])
        }
        var headers = HTTPHeaders(request.headers)
        if !headers.contains(name: "content-type") { headers.add(name: "content-type", value: "application/json") }
        let head = RequestHead(method: .POST, target: request.path, version: .http11, headers: headers)
        return try await loops.run { loop in
            try RequestExplainer(snapshot, on: loop)
                .explain(head, body: ByteBuffer(bytes: request.body), principal: principal ?? nil)
        }
    }
}
