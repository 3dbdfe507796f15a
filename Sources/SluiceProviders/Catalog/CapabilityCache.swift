import SluiceWire
import Synchronization

/// One provider's capabilities, looked up in the table once per model.
final class CapabilityCache: Sendable {
    /// Clients choose the names: what grows with them is bounded.
    private static let limit = 256

    private let kind: String
    private let dialect: Dialect
    private let takesStreamUsage: Bool
    private let overrides: [CapabilityOverride]
    private let known = Mutex<[String: ModelCapabilities]>([:])

    init(kind: String, dialect: Dialect, takesStreamUsage: Bool, overrides: [CapabilityOverride]) {
        self.kind = kind
        self.dialect = dialect
        self.takesStreamUsage = takesStreamUsage
        self.overrides = overrides
    }

    func capabilities(of model: String) -> ModelCapabilities {
        if let found = self.known.withLock({ $0[model] }) { return found }
        var made = CapabilityTable.capabilities(kind: self.kind, dialect: self.dialect, model: model)
        if !self.takesStreamUsage { made.takesStreamUsage = false }
        made.apply(self.overrides)
        self.known.withLock { known in
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[model] = made
        }
        return made
    }
}
