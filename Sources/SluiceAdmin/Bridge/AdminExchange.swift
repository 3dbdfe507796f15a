import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluicePipeline

/// One exchange of the admin API: who asks, the route, and the answer on the server's own connection. Loop-confined.
///
/// What ends it first counts: the answer, the deadline, or the client's leaving. It is settled once, as every exchange is.
final class AdminExchange: ExchangeObserver {
    private let exchange: ServerExchange
    private let server: AdminServer
    private let snapshot: Snapshot
    private var record = ExchangeRecord()
    private var task: Task<Void, Never>?
    private var deadline: Scheduled<Void>?
    private var isSettled = false
    /// Waits for the client to take what was written.
    private var room: EventLoopPromise<Void>?

    private init(_ exchange: ServerExchange, _ server: AdminServer, _ snapshot: Snapshot) {
        self.exchange = exchange
        self.server = server
        self.snapshot = snapshot
    }

    /// Begins to answer.
    static func begin(_ exchange: ServerExchange, _ server: AdminServer, _ snapshot: Snapshot) {
        let call = AdminExchange(exchange, server, snapshot)
        exchange.observer = call
        call.begin()
    }

    private var loop: any EventLoop { self.exchange.loop.eventLoop }

    private func begin() {
        let head = self.exchange.head
        let now = self.server.dependencies.now()
        self.record.receivedAt = now.milliseconds * 1_000_000
        self.record.method = head.method.rawValue
        self.record.surface = .admin
        self.record.requestID = RequestIdentifier.accept(head.fields.requestID, using: &self.exchange.loop.random)
        self.record.clientAddress = ClientAddress.resolve(
            peer: self.exchange.connection.address,
            forwardedFor: head.fields.forwardedFor,
            isTrusted: self.snapshot.isTrustedProxy
        )
        self.server.dependencies.recorder.started(
            .admin, method: self.record.method, loop: self.exchange.loop.index)
        // The exchange observes weakly: the task and the timer keep this alive.
        let call = NIOLoopBound(self, eventLoop: self.loop)
        self.deadline = self.loop.scheduleTask(in: AdminServer.deadline) { call.value.deadlinePassed() }
        self.task = Task(executorPreference: self.exchange.loop.executor) { await call.value.run(now) }
    }

    private func run(_ now: UnixTime) async {
        do {
            let access = try await self.authenticate(now)
            let body = try await self.body()
            let context = AdminContext(
                source: AdminContext.Source(
                    access: access, body: body, logger: self.server.dependencies.logger))
            let request = Request(head: self.exchange.head.adminRequest, body: RequestBody(buffer: body))
            try await self.answer(with: try await self.server.api.respond(to: request, context))
        } catch {
            self.refuse(error)
        }
        self.deadline?.cancel()
        self.task = nil
    }

    private func authenticate(_ now: UnixTime) async throws(AdminError) -> AdminAccess {
        let head = self.exchange.head
        if head.fields.conflict != nil {
            throw AdminError(.malformedRequest, "The request has two different Authorization headers.")
        }
        let source = self.record.clientAddress
        do throws(AdminError) {
            let proof = try await self.server.authentication.prove(
                PresentedKey.find(head), from: source, at: now, by: self.snapshot.authenticator)
            if case .principal(let principal) = proof { self.record.principal = principal }
            let access = try AdminAuthentication.access(
                proof, source: source, requestID: self.record.requestID, at: now)
            self.server.dependencies.recorder.authenticated(allowed: true, loop: self.exchange.loop.index)
            return access
        } catch {
            self.server.dependencies.recorder.authenticated(allowed: false, loop: self.exchange.loop.index)
            throw error
        }
    }

    private func body() async throws -> ByteBuffer {
        let head = self.exchange.head
        guard head.method != .GET, head.method != .HEAD else { return ByteBuffer() }
        let body = try await self.exchange.readBody(
            limitBytes: AdminServer.bodyLimitBytes, budget: self.server.bodies)
        if body.readableBytes > 0, let type = head.fields.contentType, !type.lowercased().contains("json") {
            throw AdminError(.unsupportedMediaType, "The body is to be application/json.")
        }
        return body
    }

    // MARK: The answer

    private func answer(with response: Response) async throws {
        guard !self.isSettled else { return }
        let status = response.status.code
        var headers = HTTPHeaders()
        for field in response.headers where field.name != .contentLength {
            headers.add(name: field.name.canonicalName, value: field.value)
        }
        self.decorate(&headers)
        if let length = response.body.contentLength {
            let body = CollectedBody(length: length)
            try await response.body.write(body.writer)
            guard !self.isSettled else { return }
            self.settle(status: status)
            self.exchange.respond(ResponseHead(status: status, headers: headers), body: body.bytes)
            return
        }
        self.deadline?.cancel()
        self.exchange.begin(ResponseHead(status: status, headers: headers))
        if self.exchange.head.method != .HEAD {
            let call = NIOLoopBound(self, eventLoop: self.loop)
            try await response.body.write(StreamedBodyWriter(loop: self.loop) { call.value.send($0) })
        }
        guard !self.isSettled else { return }
        self.settle(status: status)
        self.exchange.end()
    }

    private func refuse(_ error: any Error) {
        guard !self.isSettled else { return }
        let failure = AdminError(error)
        if failure.code == .internal {
            self.server.dependencies.logger.error(
                "an admin call failed",
                metadata: ["request_id": "\(self.record.requestID)", "error": "\(error)"])
        }
        self.end(failure)
    }

    private func end(_ failure: AdminError) {
        if self.exchange.isAnswerBegun {
            self.settle(status: 500, failure.code.rawValue)
            self.exchange.abort()
            return
        }
        self.settle(status: failure.status, failure.code.rawValue)
        var headers = failure.headers
        self.decorate(&headers)
        self.exchange.respond(
            ResponseHead(status: failure.status, headers: headers), body: ByteBuffer(bytes: failure.body))
    }

    /// Sends a piece of a streamed answer; done when there is room for the next.
    private func send(_ piece: ByteBuffer) -> EventLoopFuture<Void> {
        guard !self.isSettled, !self.exchange.isClientGone else {
            return self.loop.makeFailedFuture(CancellationError())
        }
        self.exchange.write(piece)
        self.exchange.flush()
        if self.exchange.isWritable { return self.loop.makeSucceededVoidFuture() }
        let promise = self.loop.makePromise(of: Void.self)
        self.room = promise
        // A promise that is done already takes no second result.
        let timer = self.loop.scheduleTask(in: AdminServer.patience) {
            promise.fail(AdminError(.timeout, "The client takes nothing."))
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }

    private func decorate(_ headers: inout HTTPHeaders) {
        headers.replaceOrAdd(name: "x-request-id", value: self.record.requestID)
        headers.replaceOrAdd(name: "cache-control", value: "no-store")
    }

    private func settle(status: Int, _ errorType: String? = nil) {
        guard !self.isSettled else { return }
        self.isSettled = true
        self.record.status = status
        self.record.errorType = errorType
        self.record.durationNanoseconds = (self.loop.now - self.exchange.startedAt).nanoseconds
        self.server.dependencies.recorder.settled(self.record, loop: self.exchange.loop.index)
    }

    // MARK: What ends it otherwise

    private func deadlinePassed() {
        guard !self.isSettled else { return }
        self.end(
            AdminError(
                .timeout, "The call took too long. It may still be done: look before you repeat it."))
        self.task?.cancel()
    }

    func clientWritabilityChanged(isWritable: Bool) {
        guard isWritable else { return }
        self.endWait(nil)
    }

    func clientGone() {
        self.settle(status: 499, AdminError.Code.clientClosed.rawValue)
        self.endWait(CancellationError())
        self.task?.cancel()
    }

    func serverShutsDown() {
        guard !self.isSettled else { return }
        self.end(AdminError(.unavailable, "The gateway is shutting down.", retryAfterSeconds: 1))
        self.endWait(CancellationError())
        self.task?.cancel()
    }

    private func endWait(_ error: (any Error)?) {
        let room = self.room
        self.room = nil
        if let error { room?.fail(error) } else { room?.succeed(()) }
    }
}
