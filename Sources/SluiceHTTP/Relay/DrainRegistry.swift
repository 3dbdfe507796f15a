/// The answers of one loop that are read to their end for clients that left: what the end of the process must settle.
/// Loop-confined.
final class DrainRegistry {
    private var relays: [ObjectIdentifier: Relay] = [:]

    var count: Int { self.relays.count }

    func insert(_ relay: Relay) {
        self.relays[ObjectIdentifier(relay)] = relay
    }

    func remove(_ relay: Relay) {
        self.relays[ObjectIdentifier(relay)] = nil
    }

    /// Ends them all with what is known by now.
    func abandonAll() {
        for relay in self.relays.values { relay.serverShutsDown() }
    }
}
