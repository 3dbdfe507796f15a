import NIOCore
public import SluiceCore
public import SluiceHTTP
public import SluicePipeline

/// The handler of the admin listener: what is below `/admin/` goes to the admin API, and all else (health, metrics) to the gateway.
public final class AdminHandler: ExchangeHandler {
    private let server: AdminServer
    private let gateway: GatewayHandler

    /// Makes the handler.
    ///
    /// - Parameters:
    ///   - dependencies: what the admin API is made of.
    ///   - gateway: the handler of the admin listener's other paths; its snapshot knows the keys and the models.
    ///   - routes: parts of the API that are made elsewhere.
    public init(_ dependencies: AdminDependencies, gateway: GatewayHandler, routes: [any AdminRoutes] = []) {
        self.gateway = gateway
        self.server = AdminServer(
            api: AdminAPI(AdminAPI.routes(dependencies, gateway) + routes, version: dependencies.version),
            authentication: AdminAuthentication(bootstrapKey: dependencies.bootstrapKey),
            dependencies: dependencies
        )
    }

    public func handle(_ exchange: ServerExchange) {
        let path = exchange.head.path
        guard path == "/admin" || path.hasPrefix("/admin/") else { return self.gateway.handle(exchange) }
        AdminExchange.begin(exchange, self.server, self.gateway.snapshot)
    }

    public func refuse(_ exchange: ServerExchange, _ error: GatewayError) {
        self.gateway.refuse(exchange, error)
    }
}

/// What all exchanges of the admin API share.
struct AdminServer: Sendable {
    /// The longest body of a request, in bytes.
    static let bodyLimitBytes = 1 << 20
    /// How long a call may take until its answer begins.
    static let deadline = TimeAmount.seconds(30)
    /// How long a client may leave a streamed answer lying.
    static let patience = TimeAmount.seconds(60)

    let api: AdminAPI
    let authentication: AdminAuthentication
    let dependencies: AdminDependencies
    /// Bounds the bodies of all calls together.
    let bodies = BodyBudget(limitBytes: 16 << 20)
}

extension AdminAPI {
    /// The parts of the API that are made here.
    static func routes(_ dependencies: AdminDependencies, _ gateway: GatewayHandler) -> [any AdminRoutes] {
        let access = RecordAccess(dependencies.stores)
        let keys = KeyResource(
            access: access, minting: dependencies.minting, checkLimits: dependencies.checkLimits,
            checkBudget: dependencies.checkBudget)
        return [
            ResourceRoutes(TenantResource(access: access)),
            ResourceRoutes(TeamResource(access: access)),
            ResourceRoutes(UserResource(access: access, passwords: dependencies.passwords)),
            ResourceRoutes(keys),
            KeyLifecycleRoutes(resource: keys),
            ResourceRoutes(LimitResource(access: access, check: dependencies.checkLimits)),
            ResourceRoutes(BudgetResource(access: access, check: dependencies.checkBudget)),
            ResourceRoutes(PriceOverrideResource(access: access, refresh: dependencies.refreshPrices)),
            AuditRoutes(access: access),
            ExplainRoutes(access: access, gateway: gateway, loops: dependencies.loops),
        ]
    }
}
