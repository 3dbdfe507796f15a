import NIOCore
import SluiceCore
import SluicePolicies
import SluiceStores

/// Runs the scripts of shared limits: the seam between what is decided and the network.
protocol ScriptRunning: Sendable {
    /// Sends a call and returns at once. `then` is called once, in bounded time, with the integers of the answer.
    func start(_ call: ScriptCall, then: @escaping @Sendable (Result<[Int64], StoreError>) -> Void)

    /// Runs a call on every connection there is. Returns the first failure.
    func check(_ call: ScriptCall) async -> StoreError?
}

extension ScriptRunning {
    /// Sends a call and waits for its answer.
    func run(_ call: ScriptCall) async -> Result<[Int64], StoreError> {
        await withCheckedContinuation { continuation in
            self.start(call) { continuation.resume(returning: $0) }
        }
    }
}

/// Runs them in Redis, over the connection of the loop that asks.
struct RedisScripts: ScriptRunning {
    private static let admit = RedisScript(LimitScripts.admit)
    private static let settle = RedisScript(LimitScripts.settle)
    private static let renew = RedisScript(LimitScripts.renew)
    private static let probe = RedisScript(LimitScripts.probe)

    let client: RedisClient

    func start(_ call: ScriptCall, then: @escaping @Sendable (Result<[Int64], StoreError>) -> Void) {
        self.client.start(Self.script(of: call), keys: call.keys, arguments: call.arguments).whenComplete { result in
            switch result {
            case .success(let reply): then(Self.integers(of: reply))
            case .failure(let error):
                then(.failure(error as? StoreError ?? StoreError(.unavailable, "Redis could not be asked: \(error)")))
            }
        }
    }

    func check(_ call: ScriptCall) async -> StoreError? {
        await self.client.evaluateOnAll(Self.script(of: call), keys: call.keys, arguments: call.arguments)
    }

    /// The script with its digest, which is not computed for each call.
    private static func script(of call: ScriptCall) -> RedisScript {
        for known in [self.admit, self.settle, self.renew, self.probe] where known.source == call.script {
            return known
        }
        return RedisScript(call.script)
    }

    private static func integers(of reply: RedisReply) -> Result<[Int64], StoreError> {
        if let value = reply.integerValue { return .success([value]) }
        let values = reply.elements?.map(\.integerValue) ?? [nil]
        let integers = values.compactMap { $0 }
        guard integers.count == values.count else {
            return .failure(StoreError(.corrupt, "a script of limits answered other than integers"))
        }
        return .success(integers)
    }
}
