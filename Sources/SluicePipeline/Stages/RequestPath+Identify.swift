import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting

extension RequestPath {
    /// Stage 1: method and path to surface; request id, trace.
    func identify(_ state: ExchangeState) throws(GatewayError) -> IdentifiedRequest {
        let head = state.exchange.head
        state.record.receivedAt = WallClock.nanosecondsSince1970()
        state.record.method = head.method.rawValue
        state.record.requestID = RequestIdentifier.accept(
            head.fields.requestID, using: &state.exchange.loop.random)
        state.record.clientAddress = ClientAddress.resolve(
            peer: state.exchange.connection.address,
            forwardedFor: head.fields.forwardedFor,
            isTrusted: state.snapshot.isTrustedProxy
        )
        let trace = head.fields.traceParent.flatMap { TraceContext($0) }
        state.record.traceID = trace?.traceID
        let path = head.path
        let found = SurfaceTable.find(path)
        var surface = found.surface
        let route = self.matchRoute(state, path, &surface)
        state.begin(surface)
        if surface == .unknown || (self.isAdministration && !surface.isOperational) {
            throw LocalEndpoints.nothingHere
        }
        let isPreflight = self.isPreflight(state)
        if !isPreflight { try self.checkMethod(state, surface) }
        return IdentifiedRequest(
            surface: surface,
            modelID: found.model,
            trace: trace,
            route: route,
            isPreflight: isPreflight
        )
    }

    /// The rule that a request for a model matches. A path that only a rule knows is a chat's, as with earlier gateways.
    private func matchRoute(_ state: ExchangeState, _ path: Substring, _ surface: inout Surface) -> Int? {
        let routes = state.snapshot.routes
        guard !routes.rules.isEmpty, surface.isModelSurface || surface == .unknown else { return nil }
        let headers = state.exchange.head.headers
        let found = routes.firstMatch(
            path: String(path),
            surface: surface == .unknown ? .chat : surface,
            hasField: { name, pattern in headers[name].contains { pattern.matches($0) } }
        )
        guard surface == .unknown, let found else { return found }
        guard routes.rules[found].match.path != nil else { return nil }
        surface = .chat
        return found
    }

    /// Stage 1 and 9 for bytes that are no request that could be handled.
    func refuse(_ exchange: ServerExchange, _ snapshot: Snapshot, _ error: GatewayError) {
        let state = ExchangeState(exchange: exchange, snapshot: snapshot, recorder: self.recorder)
        state.record.receivedAt = WallClock.nanosecondsSince1970()
        state.record.method = exchange.head.method.rawValue
        state.record.requestID = RequestIdentifier.accept(
            exchange.head.fields.requestID, using: &exchange.loop.random)
        state.begin(SurfaceTable.find(exchange.head.path).surface)
        self.settle(state, error)
    }

    private func isPreflight(_ state: ExchangeState) -> Bool {
        let head = state.exchange.head
        return state.snapshot.crossOrigin != nil && head.method == .OPTIONS && head.fields.origin != nil
            && head.headers.contains(name: "access-control-request-method")
    }

    private func checkMethod(_ state: ExchangeState, _ surface: Surface) throws(GatewayError) {
        let method = state.exchange.head.method
        let isAllowed = surface.takesPost ? method == .POST : method == .GET || method == .HEAD
        guard !isAllowed else { return }
        throw GatewayError(
            .methodNotAllowed,
            "\(surface.route) takes \(surface.allowedMethods).",
            allowedMethods: surface.allowedMethods
        )
    }
}
