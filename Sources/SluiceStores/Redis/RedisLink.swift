import NIOCore
import NIOPosix
import NIOSSL
import SluiceCore

/// One loop's connection to Redis: made when there is a command, made anew after it broke, with the waits of ``ConnectGate``.
///
/// All state belongs to the loop.
final class RedisLink: @unchecked Sendable {
    // Unchecked: every member is touched on the loop alone, which each method checks.
    private struct Waiting {
        var command: RedisCommand
        var promise: EventLoopPromise<RESPValue>
        var deadline: NIODeadline
    }

    private enum State {
        /// No connection. Leads to `connecting` with the next command that the gate admits.
        case idle
        /// A connection is being made; commands wait for it. Leads to `ready` or `idle`.
        case connecting([Waiting])
        /// Commands are sent. Leads to `idle` when the connection breaks.
        case ready(RedisChannelHandler, any Channel)
        /// For good.
        case closed
    }

    private let location: RedisLocation
    private let settings: RedisSettings
    private let loop: any EventLoop
    private let tls: NIOSSLContext?
    private var state = State.idle
    private var gate: ConnectGate

    init(_ location: RedisLocation, settings: RedisSettings, loop: any EventLoop, tls: NIOSSLContext?) {
        self.location = location
        self.settings = settings
        self.loop = loop
        self.tls = tls
        self.gate = ConnectGate(backoff: Backoff(longest: settings.longestWait))
    }

    /// Why Redis is believed to be away. On the loop.
    var failure: StoreError? {
        self.loop.preconditionInEventLoop()
        return self.gate.failure
    }

    /// Sends a command, on the loop or from elsewhere.
    func send(_ command: RedisCommand) -> EventLoopFuture<RESPValue> {
        let promise = self.loop.makePromise(of: RESPValue.self)
        if self.loop.inEventLoop {
            self.start(command, promise)
        } else {
            self.loop.execute { self.start(command, promise) }
        }
        return promise.futureResult
    }

    /// A future of the loop that has its value.
    func succeeded(_ value: RESPValue) -> EventLoopFuture<RESPValue> {
        self.loop.makeSucceededFuture(value)
    }

    /// Runs `body` on the loop.
    func submit<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> EventLoopFuture<Value> {
        self.loop.submit(body)
    }

    /// Closes the connection; what is on its way fails.
    func close() -> EventLoopFuture<Void> {
        self.loop.flatSubmit {
            let old = self.state
            self.state = .closed
            switch old {
            case .idle, .closed: return self.loop.makeSucceededVoidFuture()
            case .connecting(let waiting):
                for entry in waiting { entry.promise.fail(StoreError(.unavailable, "the Redis client is closed")) }
                return self.loop.makeSucceededVoidFuture()
            case .ready(_, let channel):
                return channel.close().flatMapErrorThrowing { _ in }
            }
        }
    }

    private func start(_ command: RedisCommand, _ promise: EventLoopPromise<RESPValue>) {
        self.loop.preconditionInEventLoop()
        let deadline = NIODeadline.now() + TimeAmount(self.settings.commandTimeout)
        switch self.state {
        case .closed: promise.fail(StoreError(.unavailable, "the Redis client is closed"))
        case .ready(let handler, _):
            guard handler.count < self.settings.commandsInFlight else {
                promise.fail(self.full)
                return
            }
            handler.send(command, deadline: deadline, promise: promise)
        case .connecting(var waiting):
            guard waiting.count < self.settings.commandsInFlight else {
                promise.fail(self.full)
                return
            }
            waiting.append(Waiting(command: command, promise: promise, deadline: deadline))
            self.state = .connecting(waiting)
        case .idle:
            if let refusal = self.gate.admit(now: .now()) {
                promise.fail(refusal)
                return
            }
            self.state = .connecting([Waiting(command: command, promise: promise, deadline: deadline)])
            self.expire(at: deadline)
            self.connect()
        }
    }

    private var full: StoreError {
        StoreError(.busy, "\(self.settings.commandsInFlight) commands are on their way to Redis already")
    }

    /// Fails the commands that waited too long for a connection.
    private func expire(at deadline: NIODeadline) {
        self.loop.scheduleTask(deadline: deadline) {
            guard case .connecting(let waiting) = self.state else { return }
            let now = NIODeadline.now()
            for entry in waiting where entry.deadline <= now {
                entry.promise.fail(StoreError(.timeout, "no connection to Redis was made in time"))
            }
            let rest = waiting.filter { $0.deadline > now }
            self.state = .connecting(rest)
            // With none left there is nothing to watch until the next command; that one has to be watched from its own start.
            self.expire(at: rest.first?.deadline ?? now + TimeAmount(self.settings.commandTimeout))
        }
    }

    private func connect() {
        let loop = self.loop
        let limit = TimeAmount(self.settings.connectTimeout)
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.initialize(channel) }
            }
            .connect(host: self.location.host, port: self.location.port)
            .flatMapThrowing { channel in
                let handler = try channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self)
                return NIOLoopBound((handler, channel), eventLoop: loop)
            }
            .flatMap { bound in
                let (handler, channel) = bound.value
                return self.greet(handler, until: .now() + limit).map { bound }
                    .flatMapError { error in
                        channel.close(promise: nil)
                        return loop.makeFailedFuture(error)
                    }
            }
            .whenComplete { result in
                switch result {
                case .success(let bound): self.connected(bound.value.0, bound.value.1)
                case .failure(let error): self.failed(error)
                }
            }
    }

    private func initialize(_ channel: any Channel) throws {
        if let tls = self.tls {
            // A name goes into SNI and is compared with the certificate; an address is compared by NIOSSL itself.
            let isAddress = (try? SocketAddress(ipAddress: self.location.host, port: 0)) != nil
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : self.location.host))
        }
        try channel.pipeline.syncOperations.addHandler(
            RedisChannelHandler { [weak self] error in self?.lost(error) })
    }

    private func connected(_ handler: RedisChannelHandler, _ channel: any Channel) {
        guard case .connecting(let waiting) = self.state else {
            channel.close(promise: nil)
            return
        }
        self.gate.succeeded()
        self.state = .ready(handler, channel)
        for entry in waiting { handler.send(entry.command, deadline: entry.deadline, promise: entry.promise) }
    }

    private func failed(_ error: any Error) {
        let error = error as? StoreError ?? StoreError(.unavailable, "no connection to Redis: \(error)")
        self.gate.failed(error, now: .now(), fraction: .random(in: 0...1))
        guard case .connecting(let waiting) = self.state else { return }
        self.state = .idle
        for entry in waiting { entry.promise.fail(error) }
    }

    private func lost(_ error: StoreError) {
        guard case .ready = self.state else { return }
        self.state = .idle
        // A server that no longer answers is not asked again at once.
        if error.kind == .timeout { self.gate.failed(error, now: .now(), fraction: .random(in: 0...1)) }
    }
}

// MARK: The greeting

extension RedisLink {
    /// Says who asks and which database is meant: version 3 of the protocol where the server knows it, else version 2.
    private func greet(_ handler: RedisChannelHandler, until deadline: NIODeadline) -> EventLoopFuture<Void> {
        let handler = NIOLoopBound(handler, eventLoop: self.loop)
        var hello = ["HELLO", "3"]
        if let password = self.location.password {
            hello += ["AUTH", self.location.user ?? "default", password.expose()]
        }
        return self.ask(handler.value, RedisCommand(parts: hello), deadline)
            .flatMap { reply in
                guard case .error(let text) = reply else { return self.loop.makeSucceededFuture(reply) }
                guard text.hasPrefix("ERR unknown command") || text.hasPrefix("NOPROTO"),
                    let password = self.location.password
                else {
                    // Without a password there is nothing more to say to a server of version 2.
                    return self.loop.makeSucceededFuture(
                        text.hasPrefix("ERR unknown command") || text.hasPrefix("NOPROTO") ? .simple("OK") : reply)
                }
                let parts = ["AUTH"] + (self.location.user.map { [$0] } ?? []) + [password.expose()]
                return self.ask(handler.value, RedisCommand(parts: parts), deadline)
            }
            .flatMapThrowing { reply in
                if case .error(let text) = reply { throw StoreError(redis: text) }
            }
            .flatMap {
                guard self.location.database != 0 else { return self.loop.makeSucceededVoidFuture() }
                return self.ask(handler.value, RedisCommand("SELECT", "\(self.location.database)"), deadline)
                    .flatMapThrowing { reply in
                        if case .error(let text) = reply { throw StoreError(redis: text) }
                    }
            }
    }

    private func ask(_ handler: RedisChannelHandler, _ command: RedisCommand, _ deadline: NIODeadline)
        -> EventLoopFuture<RESPValue>
    {
        let promise = self.loop.makePromise(of: RESPValue.self)
        handler.send(command, deadline: deadline, promise: promise)
        return promise.futureResult
    }
}
