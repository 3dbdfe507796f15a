public import SluiceCore
public import SluiceHTTP

/// The path of one request, from its first byte to its settlement: nine stages, each a named call.
///
/// One task on the connection's own event loop runs it; nothing on it waits but for the client's body, a permit, a
/// connection and the upstream.
public struct RequestPath: Sendable {
    let local: LocalEndpoints
    let bodyBudget: BodyBudget
    let recorder: any ExchangeRecorder
    let mirror = RequestMirror()
    private(set) var isAdministration = false

    /// Makes the path. `bodyBudget` bounds the request bodies of the whole process.
    public init(local: LocalEndpoints, bodyBudget: BodyBudget, recorder: any ExchangeRecorder) {
        self.local = local
        self.bodyBudget = bodyBudget
        self.recorder = recorder
    }

    /// The same path for the administration listener: health and metrics, and no model.
    public var forAdministration: RequestPath {
        var path = self
        path.isAdministration = true
        return path
    }

    /// Answers one request.
    func run(_ exchange: ServerExchange, _ snapshot: Snapshot) async {
        let state = ExchangeState(exchange: exchange, snapshot: snapshot, recorder: self.recorder)
        do {
            // What is asked, by whom, who could answer, and whether it may be; an answer may be at hand already.
            let request = try self.identify(state)
            try await self.authenticate(state, request)
            let scanned = try await self.read(state, request)
            let admitted = try await self.admit(state, request, scanned)
            guard let (scanned, plan) = try await self.prepare(state, request, admitted) else { return }
            // The answer itself. It is settled before its last bytes are released.
            if try self.estimate(state, request, scanned, plan) { return }
            let attempt = try await self.attempt(state, request, scanned, plan)
            await self.relay(attempt)
        } catch {
            // Whatever ends without a model's answer is settled here.
            self.settle(state, refused: error)
        }
    }
}
