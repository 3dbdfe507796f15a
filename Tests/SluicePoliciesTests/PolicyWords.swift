import SluiceCore
import SluiceWire

@testable import SluicePolicies

/// Short forms for the tests of limits.
enum PolicyWords {
    /// 2026-11-30T12:00:00Z.
    static let noon = Moment(microsecondsSince1970: 1_796_040_000_000_000)

    static func later(_ seconds: Double, than moment: Moment = noon) -> Moment {
        Moment(microsecondsSince1970: moment.microseconds + Int64(seconds * 1_000_000))
    }

    static func requests(_ amount: Int64, per window: LimitWindow = .minute, level: LimitLevel = .key) -> AdmissionRule
    {
        .limit(LimitRule(amount, .requests(per: window), level: level))
    }

    static func tokens(_ amount: Int64, per window: LimitWindow = .minute, level: LimitLevel = .key) -> AdmissionRule {
        .limit(LimitRule(amount, .tokens(TokenMeasure(), per: window), level: level))
    }

    static func concurrency(_ amount: Int64, level: LimitLevel = .key) -> AdmissionRule {
        .limit(LimitRule(amount, .concurrency, level: level))
    }

    static func plan(_ rules: AdmissionRule..., key: String = "k1") -> AdmissionPlan {
        AdmissionPlan(
            rules,
            for: LimitSubject(key: key, user: "u1", team: "t1", tenant: "acme", model: "gpt-4o", provider: "openai"))
    }
}

extension AdmissionDecision {
    var held: Held? {
        if case .admitted(let admission) = self { admission.reservation } else { nil }
    }

    var refusal: LimitRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var isAdmitted: Bool { self.held != nil }
}
