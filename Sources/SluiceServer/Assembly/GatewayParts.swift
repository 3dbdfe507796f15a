import Logging
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceStores
import SluiceTelemetry

/// What the parts of a gateway are made with while it is put together, and what they add to it.
struct GatewayParts {
    /// The configuration of the start. What a reload may change is read from the snapshot instead.
    let configuration: GatewayConfiguration
    /// The environment of the process.
    let environment: [String: String]
    let loops: LoopContexts
    let metrics: MetricsRegistry
    /// What is kept beyond the process.
    let storage: Storage
    /// What verifies credentials and makes keys.
    let identity: IdentityParts
    let logger: Logger
    /// What runs in the background.
    var work = BackgroundWork()
    /// Who keeps records of the stores in memory, in the order in which they are told of changes.
    var listeners: [any ChangeListener] = []
    /// Whether the room on the disk is for the ledger's journal alone.
    var isLedgerShortOfRoom: @Sendable () -> Bool = { false }
    /// Keeps captured payloads, if any are.
    var payloads: PayloadWriter?
    /// What health, readiness and metrics tell of what the gateway depends on.
    var dependencies = Dependencies()
}
