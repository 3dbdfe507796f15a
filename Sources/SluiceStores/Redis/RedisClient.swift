public import NIOCore
import NIOSSL
public import SluiceCore
import Synchronization

/// A client of Redis with one pipelined connection for each loop that asks.
///
/// Nothing has to be done when Redis goes away and comes back: commands fail with `unavailable` or `timeout` meanwhile, at once for
/// most of that time, and connections are made anew with growing waits.
public final class RedisClient: Sendable {
    private let location: RedisLocation
    private let settings: RedisSettings
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext?
    private let links = Mutex<(isClosed: Bool, byLoop: [ObjectIdentifier: RedisLink])>((false, [:]))

    /// Makes a client; it does not connect. Throws `misconfigured` when the file of authorities cannot be read.
    public init(
        _ location: RedisLocation,
        settings: RedisSettings = RedisSettings(),
        group: any EventLoopGroup
    ) throws(StoreError) {
        self.location = location
        self.settings = settings
        self.group = group
        guard location.isSecure else {
            self.tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = settings.authorityFile { configuration.trustRoots = .file(file) }
        do {
            self.tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw StoreError(.misconfigured, "TLS towards Redis cannot be set up: \(error)")
        }
    }

    /// Sends a command, from the current loop when it is one of the group, and gives the answer.
    ///
    /// Throws `unavailable`, `timeout` or `busy`; for an error reply the kind that it means, with its first word.
    public func send(_ parts: [String]) async throws(StoreError) -> RedisReply {
        try await self.answer(RedisCommand(parts: parts))
    }

    /// Runs a script: by its digest, and by its text when the server does not have it.
    ///
    /// `keys` are all keys that it touches, of one ``RedisKeyspace``. Throws as ``send(_:)``.
    public func evaluate(_ script: RedisScript, keys: [String], arguments: [String]) async throws(StoreError)
        -> RedisReply
    {
        do {
            return try await self.start(script, keys: keys, arguments: arguments).get()
        } catch {
            throw Self.storeError(error)
        }
    }

    /// Runs a script as ``evaluate(_:keys:arguments:)`` does, without waiting for it: the future fails with a ``StoreError``.
    public func start(_ script: RedisScript, keys: [String], arguments: [String]) -> EventLoopFuture<RedisReply> {
        do throws(StoreError) {
            return Self.run(script, keys: keys, arguments: arguments, on: try self.link())
        } catch {
            return self.group.any().makeFailedFuture(error)
        }
    }

    /// Runs a script on the connection of every loop that has asked before, or on that of one. Returns the first failure.
    public func evaluateOnAll(_ script: RedisScript, keys: [String], arguments: [String]) async -> StoreError? {
        do throws(StoreError) {
            var links = self.links.withLock { Array($0.byLoop.values) }
            if links.isEmpty { links = [try self.link()] }
            let answers = links.map { Self.run(script, keys: keys, arguments: arguments, on: $0) }
            var failure: StoreError?
            for answer in answers {
                do {
                    _ = try await answer.get()
                } catch {
                    failure = failure ?? Self.storeError(error)
                }
            }
            return failure
        } catch {
            return error
        }
    }

    private static func run(
        _ script: RedisScript,
        keys: [String],
        arguments: [String],
        on link: RedisLink
    ) -> EventLoopFuture<RedisReply> {
        let rest = ["\(keys.count)"] + keys + arguments
        return link.send(RedisCommand(parts: ["EVALSHA", script.digest] + rest))
            .flatMap { reply in
                guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else {
                    return link.succeeded(reply)
                }
                // EVAL keeps the script, so that the next call finds it.
                return link.send(RedisCommand(parts: ["EVAL", script.source] + rest))
            }
            .flatMapThrowing { reply in
                if case .error(let text) = reply { throw StoreError(redis: text) }
                return RedisReply(reply)
            }
    }

    private static func storeError(_ error: any Error) -> StoreError {
        error as? StoreError ?? StoreError(.unavailable, "Redis could not be asked: \(error)")
    }

    /// Why Redis is believed to be away, as the connection of some loop sees it; `nil` when none does.
    public func failure() async -> StoreError? {
        let links = self.links.withLock { Array($0.byLoop) }
        for (_, link) in links {
            if let failure = await link.currentFailure() { return failure }
        }
        return nil
    }

    /// Closes all connections; what is on its way fails. To be called once.
    public func close() async {
        let links = self.links.withLock { state in
            state.isClosed = true
            defer { state.byLoop = [:] }
            return Array(state.byLoop.values)
        }
        for link in links { await link.closed() }
    }

    private func answer(_ command: RedisCommand) async throws(StoreError) -> RedisReply {
        let reply = try await self.reply(command)
        if case .error(let text) = reply { throw StoreError(redis: text) }
        return RedisReply(reply)
    }

    private func reply(_ command: RedisCommand) async throws(StoreError) -> RESPValue {
        do {
            return try await self.link().send(command).get()
        } catch {
            throw Self.storeError(error)
        }
    }

    private func link() throws(StoreError) -> RedisLink {
        let loop = self.group.any()
        let link = self.links.withLock { state -> RedisLink? in
            guard !state.isClosed else { return nil }
            if let link = state.byLoop[ObjectIdentifier(loop)] { return link }
            let link = RedisLink(self.location, settings: self.settings, loop: loop, tls: self.tls)
            state.byLoop[ObjectIdentifier(loop)] = link
            return link
        }
        guard let link else { throw StoreError(.unavailable, "the Redis client is closed") }
        return link
    }
}

extension RedisLink {
    /// Why Redis is believed to be away, asked from anywhere.
    func currentFailure() async -> StoreError? {
        do {
            return try await self.submit { self.failure }.get()
        } catch {
            return StoreError(.unavailable, "the loop of a Redis connection has ended")
        }
    }

    /// Closes, and waits for it.
    func closed() async {
        // The connection is gone either way: an error here is that of a loop that has ended.
        _ = try? await self.close().get()
    }
}
