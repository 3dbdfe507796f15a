import ServiceLifecycle
import SluiceStores

/// Moves the ledger's records from the journal to the database as long as the gateway runs.
struct LedgerService: Service {
    let shipper: LedgerShipper

    func run() async {
        await self.shipper.run()
    }
}
