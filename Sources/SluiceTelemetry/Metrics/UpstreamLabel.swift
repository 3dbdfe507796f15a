/// A provider's name as a label, resolved once so that a connection pool counts without hashing text.
///
/// It belongs to the registry that made it: ``MetricsRegistry/upstream(named:)``.
public struct UpstreamLabel: Sendable, Hashable {
    let number: UInt32
}
