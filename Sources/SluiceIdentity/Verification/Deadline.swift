/// Bounds how long something may take.
enum Deadline {
    /// What `body` returns or, when that takes longer, `late`. The work is cancelled then, and this returns when it has ended.
    static func within<Value: Sendable>(
        _ limit: Duration,
        or late: Value,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                // The only error is that of being cancelled, when the work was done in time.
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? late
        }
    }
}
