import SluiceCore

/// What a choice reads of one target, without counting references: a hundred of them are read for one request.
struct LeafWatch: Sendable {
    // The leaf beside it in the tree keeps both alive.
    private let target: Unmanaged<TargetHealth>
    private let provider: Unmanaged<ProviderHealth>

    init(_ leaf: TargetTree.Leaf) {
        self.target = .passUnretained(leaf.health)
        self.provider = .passUnretained(leaf.providerHealth.shared)
    }

    /// Whether nothing at all is known against the target. When something is, ``TargetTree/Leaf/isHealthy(now:)`` says more.
    @inline(__always)
    func isUntroubled(now: MonotonicTime) -> Bool {
        self.target._withUnsafeGuaranteedRef { $0.opensAt == 0 && $0.hasNoLimits(now: now) }
            && self.provider._withUnsafeGuaranteedRef { $0.isWell && $0.hasNoRefusals }
    }

    /// The exchanges that run on it.
    @inline(__always)
    var liveCount: Int { self.target._withUnsafeGuaranteedRef { $0.liveCount } }

    /// See ``TargetHealth/time(usesFirstToken:now:)``.
    @inline(__always)
    func time(usesFirstToken: Bool, now: MonotonicTime) -> Double {
        self.target._withUnsafeGuaranteedRef { $0.time(usesFirstToken: usesFirstToken, now: now) }
    }
}
