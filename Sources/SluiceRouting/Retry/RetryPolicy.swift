/// When and how often an attempt is repeated within an entry of the model table.
public struct RetryPolicy: Sendable, Hashable {
    /// Failures after which another attempt may be made.
    public struct Conditions: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// No connection.
        public static let connect = Self(rawValue: 1)
        /// A phase took too long.
        public static let timeout = Self(rawValue: 2)
        /// 429.
        public static let rateLimit = Self(rawValue: 4)
        /// 5xx and 529.
        public static let serverError = Self(rawValue: 8)
        /// The connection broke.
        public static let cut = Self(rawValue: 16)
        /// The answer makes no sense.
        public static let malformed = Self(rawValue: 32)

        /// All of them.
        public static let all: Self = [.connect, .timeout, .rateLimit, .serverError, .cut, .malformed]
    }

    /// The attempts in all within the entry, its first included; `nil`: each target once, with each of its credentials. Only a
    /// number allows the same target again.
    public var attempts: Int?
    /// After which failures. What no target is to blame for, as a refused credential, always goes on.
    public var conditions: Conditions
    /// The most that is waited before the first repetition at the same target, in nanoseconds: each wait is drawn between 0
    /// and a bound that begins here and doubles. Default 200 ms.
    public var backoffNanoseconds: Int64
    /// Where that bound stops. Default 5 s.
    public var backoffLimitNanoseconds: Int64
    /// Up to which wait a vendor's `retry-after` is honoured, in nanoseconds; when it wants more there is no repetition at that
    /// target. Default 10 s.
    public var retryAfterLimitNanoseconds: Int64
    /// Only repeat an attempt that failed within so many nanoseconds of its begin, if set.
    public var withinNanoseconds: Int64?

    /// Makes a policy; without arguments, each target once.
    public init(
        attempts: Int? = nil,
        on conditions: Conditions = .all,
        backoffNanoseconds: Int64 = 200_000_000,
        backoffLimitNanoseconds: Int64 = 5_000_000_000,
        retryAfterLimitNanoseconds: Int64 = 10_000_000_000,
        withinNanoseconds: Int64? = nil
    ) {
        self.attempts = attempts.map { max(1, $0) }
        self.conditions = conditions
        self.backoffNanoseconds = max(0, backoffNanoseconds)
        self.backoffLimitNanoseconds = max(0, backoffLimitNanoseconds)
        self.retryAfterLimitNanoseconds = max(0, retryAfterLimitNanoseconds)
        self.withinNanoseconds = withinNanoseconds
    }

    /// Whether another attempt within the entry may follow a fault of an attempt that took so long.
    func allows(_ fault: Fault, afterNanoseconds elapsed: Int64) -> Bool {
        if let within = self.withinNanoseconds, elapsed > within { return false }
        return switch fault.kind {
        case .connect: self.conditions.contains(.connect)
        case .timeout: self.conditions.contains(.timeout)
        case .cut: self.conditions.contains(.cut)
        case .malformed: self.conditions.contains(.malformed)
        case .serverError: self.conditions.contains(.serverError)
        case .rateLimited: self.conditions.contains(.rateLimit)
        case .credentialRefused, .forbidden, .busy, .noCredential: true
        case .rejected: fault.vendorAllowsRetry == true
        case .contextWindow, .contentPolicy: false
        }
    }

    /// How long to wait before the `round`th repetition, from 0: exponential growth with full jitter.
    ///
    /// Source: Brooker, "Exponential backoff and jitter" (AWS Architecture Blog, 2015).
    func backoff(round: Int, random: inout RandomSource) -> Int64 {
        let bound = growing(self.backoffNanoseconds, by: 2, times: round, to: self.backoffLimitNanoseconds)
        return Int64(random.unit() * Double(bound))
    }
}
