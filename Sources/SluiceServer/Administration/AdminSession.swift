import NIOCore
public import SluiceAdmin
public import SluiceConfig
public import SluiceCore
import SluiceHTTP
import Synchronization

/// How a command reaches the admin API: over HTTP at a running gateway, or directly on the configured database.
///
/// Directly is for the machine of the gateway, before it runs or without an admin listener. The database is opened beside the gateway's own
/// connections; a gateway that runs learns of the change as from another replica.
public final class AdminSession: Sendable {
    /// Why a command cannot reach the API, in words for whoever typed it.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Whether something of an answer has come.
    private final class Beginning: Sendable {
        let hasCome = Atomic<Bool>(false)
    }

    private enum Way: Sendable {
        case network(UpstreamOrigin, prefix: String, Secret)
        case direct(DirectAdministration)
    }

    /// The largest answer that is taken.
    private static let answerLimitBytes = 64 << 20
    private static let timeout = TimeAmount.seconds(40)
    /// Exports and what goes through a period may be long, and do not hang for ever.
    private static let longest = TimeAmount.hours(1)

    private let way: Way
    private let loops: LoopContexts

    private init(_ way: Way, _ loops: LoopContexts) {
        self.way = way
        self.loops = loops
    }

    /// A connection to a running gateway. `url` is `http://host:port` or `https://…`, with nothing behind it or what a proxy puts before
    /// `/admin/v1`. Nothing is sent yet.
    public static func network(
        _ url: String,
        key: Secret,
        authorityFile: String? = nil
    ) throws(Failure) -> AdminSession {
        guard let base = BaseURL(url) else {
            throw Failure(description: "expected a URL like http://127.0.0.1:8081, found \(url)")
        }
        let origin = UpstreamOrigin(
            name: "admin", isSecure: base.scheme == .https, host: base.host, port: base.port,
            authorityFile: authorityFile)
        return AdminSession(.network(origin, prefix: base.path, key), Self.makeLoops())
    }

    /// A connection to the configured database. Throws ``Failure`` when there is none, or it cannot be opened.
    public static func direct(
        _ configuration: GatewayConfiguration,
        loader: ConfigurationLoader,
        files: any FileReading
    ) async throws(Failure) -> AdminSession {
        let loops = Self.makeLoops()
        do {
            let direct = try await DirectAdministration(configuration, loader: loader, files: files, loops: loops)
            return AdminSession(.direct(direct), loops)
        } catch {
            try? await loops.shutdown()
            throw Failure(description: "\(error)")
        }
    }

    /// Makes a call. `path` is what stands behind `/admin/v1`, with its query.
    ///
    /// - Parameters:
    ///   - isLong: whether the answer may take long.
    ///   - take: gets the pieces of the body of a 2xx as they come, and says whether more is wanted; that answer's own body is empty then.
    public func call(
        _ method: String,
        _ path: String,
        body: [UInt8]? = nil,
        isLong: Bool = false,
        take: (@Sendable ([UInt8]) -> Bool)? = nil
    ) async throws(Failure) -> AdminApplication.Answer {
        switch self.way {
        case .direct(let direct):
            return await direct.call(method, "/admin/v1" + path, body ?? [], take: take)
        case .network(let origin, let prefix, let key):
            var headers = [
                (name: "authorization", value: "Bearer \(key.expose())"), (name: "accept", value: "application/json"),
            ]
            if body != nil { headers.append((name: "content-type", value: "application/json")) }
            let beginning = Beginning()
            var pieces: (@Sendable (ByteBuffer) -> Bool)?
            if let take {
                pieces = { piece in
                    beginning.hasCome.store(true, ordering: .relaxed)
                    return take(Array(piece.readableBytesView))
                }
            }
            let answer = await self.loops.answer(
                method: method, target: "\(prefix)/admin/v1\(path)", headers: headers,
                body: body ?? (method == "POST" ? [] : nil), from: origin,
                timeout: isLong ? Self.longest : Self.timeout, limitBytes: Self.answerLimitBytes, take: pieces)
            guard let answer else {
                let address = "\(origin.isSecure ? "https" : "http")://\(origin.authority)"
                throw Failure(
                    description: beginning.hasCome.load(ordering: .relaxed)
                        ? "the answer of \(address) ended before it was whole"
                        : "no gateway answers at \(address): start it, or name another by --url")
            }
            return AdminApplication.Answer(status: answer.status, body: Array(answer.body.readableBytesView))
        }
    }

    /// Closes it. To be called once.
    public func close() async {
        if case .direct(let direct) = self.way { await direct.close() }
        try? await self.loops.shutdown()
    }

    private static func makeLoops() -> LoopContexts {
        LoopContexts(threads: 1, connector: UpstreamConnector(windowBytes: 262_144))
    }
}
