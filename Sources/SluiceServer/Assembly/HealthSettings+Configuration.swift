import NIOCore
import SluiceConfig
import SluiceRouting

extension HealthSettings {
    /// When a provider's targets are left alone, and how many retries it bears, as its configuration says.
    init(_ provider: ProviderConfiguration) {
        self.init(
            breaker: provider.breaker.map { BreakerSettings($0) } ?? .off,
            retryBudget: provider.retryBudget.map { RetryBudgetSettings(ratio: $0.fraction) } ?? .off
        )
    }
}

extension BreakerSettings {
    init(_ breaker: BreakerConfiguration) {
        self.init(
            windowNanoseconds: TimeAmount(breaker.window).nanoseconds,
            failureRatio: breaker.failures.fraction,
            minimumVolume: breaker.minimum,
            consecutiveFailures: breaker.consecutive,
            coolDownNanoseconds: TimeAmount(breaker.coolDown).nanoseconds,
            coolDownLimitNanoseconds: TimeAmount(breaker.coolDownCap).nanoseconds
        )
    }
}
