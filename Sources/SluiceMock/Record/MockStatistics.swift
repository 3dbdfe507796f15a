import SluiceWire
import Synchronization

/// What the server has seen since it started.
final class MockStatistics: Sendable {
    /// Requests to the vendors' APIs; the mock's own endpoints do not count.
    let requests = Atomic<Int>(0)
    let connectionsAccepted = Atomic<Int>(0)
    let openConnections = Atomic<Int>(0)
    let activeRequests = Atomic<Int>(0)
    let activeStreams = Atomic<Int>(0)
    /// Exchanges that ended because the client closed the connection before the reply was out.
    let abortedByClient = Atomic<Int>(0)
    /// Requests by what was answered: 2xx, 4xx, 5xx, and broken off.
    let succeeded = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let failed = Atomic<Int>(0)

    static func add(_ count: Int, to counter: borrowing Atomic<Int>) {
        counter.add(count, ordering: .relaxed)
    }

    func json() -> [UInt8] {
        .json { json in
            json.member("requests", requests.load(ordering: .relaxed))
            json.member("connections_accepted", connectionsAccepted.load(ordering: .relaxed))
            json.member("open_connections", openConnections.load(ordering: .relaxed))
            json.member("active_requests", activeRequests.load(ordering: .relaxed))
            json.member("active_streams", activeStreams.load(ordering: .relaxed))
            json.member("aborted_by_client", abortedByClient.load(ordering: .relaxed))
            json.object("replies") { json in
                json.member("2xx", succeeded.load(ordering: .relaxed))
                json.member("4xx", refused.load(ordering: .relaxed))
                json.member("5xx", failed.load(ordering: .relaxed))
            }
        }
    }
}
