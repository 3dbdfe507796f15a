import SluiceCore
import SluiceHTTP
import SluiceRouting

extension RequestPath {
    /// Stage 7: one target after the other, until one answers or there are no more.
    ///
    /// Throws what the client is told when none did: the last provider's own words, or what kept the gateway from it.
    func attempt(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan
    ) async throws(RequestRefusal) -> RunningAttempt {
        let settings = state.snapshot.settings(of: plan.entry)
        let needs = settings?.needs ?? []
        let routing =
            needs.isEmpty
            ? RoutingSignals.plain(scanned)
            : RoutingSignals(state.exchange.head, state.record.principal, scanned).request(
                needs, stickyBy: settings?.stickyBy)
        if let mirror = settings?.mirror {
            self.mirror.copy(state, request, scanned, mirror, recorder: self.recorder)
        }
        return try await AttemptLoop(state, request, scanned, plan, routing).run()
    }
}
