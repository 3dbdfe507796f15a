import NIOCore
import NIOHTTP1
public import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline

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
        /// The body; `nil`: a short chat with ``model``.
        public var body: [UInt8]?
        /// The model, where there is no body.
        public var model: String
        /// The name of a key of the configuration, whose models are looked at.
        public var keyName: String?

        /// Makes a request.
        public init(
            path: String,
            headers: [(name: String, value: String)],
            body: [UInt8]?,
            model: String,
            keyName: String?
        ) {
            self.path = path
            self.headers = headers
            self.body = body
            self.model = model
            self.keyName = keyName
        }
    }

    /// The explanation of a request, as JSON or as lines for a terminal.
    ///
    /// Throws ``StartFailure`` with what a client would be told of a request that cannot be routed, and when the key is not in
    /// the configuration.
    public static func text(
        of request: Request,
        _ configuration: GatewayConfiguration,
        loader: ConfigurationLoader,
        files: any FileReading,
        asJSON: Bool
    ) async throws -> String {
        do {
            let explanation = try await self.explain(request, configuration, loader: loader, files: files)
            return asJSON ? explanation.json : explanation.text
        } catch let error as GatewayError {
            throw StartFailure("\(error.status) \(error)")
        }
    }

    /// The explanation; throws ``GatewayError`` where a client would be told one.
    static func explain(
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
            return snapshot.authenticator.known(key.key.expose()[...], from: nil, at: Clock.now)
        }
        var headers = HTTPHeaders(request.headers)
        if !headers.contains(name: "content-type") { headers.add(name: "content-type", value: "application/json") }
        let head = RequestHead(method: .POST, target: request.path, version: .http11, headers: headers)
        let body = ByteBuffer(bytes: request.body ?? ExplanationText.shortRequest(model: request.model))
        return try await loops.run { loop in
            try RequestExplainer(snapshot, on: loop)
                .explain(head, body: body, principal: principal ?? nil)
        }
    }
}
