import Logging
import SluiceCore
import SluicePolicies
import SluiceTelemetry
import Synchronization

extension SharedLimits {
    /// Sends a settlement; all of one turn of a loop go out together. What fails is kept for another try.
    func send(_ entry: SettlementQueue.Entry) {
        self.onTheirWay.wrappingAdd(1, ordering: .relaxed)
        let call = self.counts.settle(entry.reservation, entry.settlement, clock: .server(caller: entry.time))
        self.scripts.start(call) { result in
            self.onTheirWay.wrappingSubtract(1, ordering: .relaxed)
            switch result {
            case .success(let answer): self.settled(answer, entry.reservation)
            case .failure(let error):
                self.availability.failed(error)
                self.keep(entry)
            }
        }
    }

    /// Keeps a settlement until Redis takes it.
    func keep(_ entry: SettlementQueue.Entry) {
        if !self.unsent.add(entry) { self.metrics.settlementLost() }
    }

    private func settled(_ answer: [Int64], _ reservation: SharedReservation) {
        do {
            let result = try self.counts.settled(answer, reservation)
            if self.keeper == nil { result.alerts.forEach(self.onAlert) }
        } catch {
            self.logger.error("limit_settlement_misread", metadata: ["reason": "\(error)"])
        }
    }

    /// Takes a share from Redis, in the background.
    func fill(_ refill: ShareTable.Refill, now: Moment) {
        let call = self.counts.takeShare(
            refill.amount, of: refill.rule, for: refill.key.subject, clock: .server(caller: now))
        self.scripts.start(call) { result in
            let answer: [Int64]?
            switch result {
            case .success(let numbers): answer = numbers
            case .failure(let error):
                answer = nil
                self.availability.failed(error)
            }
            // The time of asking: what is held is good for no longer than it is counted.
            self.shares?.table.withLock { $0.receive(refill, answer, now: now) }
        }
    }
}
