import SluiceCore
import SluiceHTTP
import SluiceRouting

extension ExchangeState {
    /// From here on what passes is copied, if capture is on and the key, or else the model, says so. A key's `false` is stronger than
    /// a model's `true`.
    func beginCapture(of scanned: ScannedRequest, _ plan: AttemptPlan) {
        guard let capture = self.snapshot.capture,
            self.record.principal?.isCaptured ?? self.snapshot.settings(of: plan.entry)?.isCaptured ?? false
        else { return }
        if capture.share < 1 {
            var random = RandomSource(seed: self.exchange.loop.random.next())
            guard Double.random(in: 0..<1, using: &random) < capture.share else { return }
        }
        guard capture.sink.admits() else { return }
        let collector = PayloadCollector(
            capture, request: scanned.body, contentType: self.exchange.head.fields.contentType)
        self.payload = collector
        self.exchange.copy = collector
    }
}
