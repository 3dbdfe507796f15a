import NIOCore
import SluiceCore
import SluiceRouting

extension HealthNotice {
    /// What the end of an attempt changed, each thing by itself.
    static func notices(of change: HealthChange, provider: String, model: String, now: MonotonicTime) -> [HealthNotice]
    {
        var notices: [HealthNotice] = []
        switch change.target {
        case .opened(let until):
            notices.append(Self(.targetLeftAlone, provider: provider, model: model, nanoseconds: until - now))
        case .closed: notices.append(Self(.targetRecovered, provider: provider, model: model))
        case nil: break
        }
        switch change.credential {
        case .opened(let until):
            notices.append(Self(.credentialLeftAlone, provider: provider, nanoseconds: until - now))
        case .closed: notices.append(Self(.credentialRecovered, provider: provider))
        case nil: break
        }
        if let until = change.limitedUntil {
            notices.append(Self(.credentialLimited, provider: provider, model: model, nanoseconds: until - now))
        }
        return notices
    }
}

extension MonotonicTime {
    /// A moment of an event loop's clock.
    init(_ deadline: NIODeadline) {
        self.init(nanoseconds: Int64(clamping: deadline.uptimeNanoseconds))
    }
}

extension AttemptReason {
    /// Why an attempt is made, in the words of logs and metrics.
    init(_ origin: Attempt.Origin) {
        switch origin {
        case .first, .lastResort: self = .first
        case .next, .again: self = .retry
        case .fallback: self = .fallback
        case .hedge: self = .hedge
        }
    }
}
