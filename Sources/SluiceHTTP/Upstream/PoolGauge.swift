/// Told how many connections of one pool are in use and how many are idle. Called on the pool's loop.
public protocol PoolGauge: Sendable {
    /// Changes the counts by so many; each may be negative.
    func change(active: Int, idle: Int)
}

/// Makes the gauges of pools.
public protocol PoolGauges: Sendable {
    /// The gauge of the pool that the loop with this index has for an upstream.
    func gauge(upstream name: String, loop: Int) -> any PoolGauge
}

/// Counts nothing, for where nobody looks.
public struct NoPoolGauges: PoolGauges, PoolGauge {
    /// Makes it.
    public init() {}

    public func gauge(upstream name: String, loop: Int) -> any PoolGauge { self }

    public func change(active: Int, idle: Int) {}
}
