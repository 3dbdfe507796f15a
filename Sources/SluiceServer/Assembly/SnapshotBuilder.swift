import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceIdentity
import SluicePipeline
import SluiceProviders
import SluiceRouting
import SluiceWire
import Synchronization

/// Makes the request path's snapshot of a configuration.
///
/// What outlives a reload is kept here: permits, so that a provider's concurrency is counted once for the process.
final class SnapshotBuilder: Sendable {
    private struct PermitKey: Hashable {
        var provider: String
        var permits: Int
        var capacity: Int
    }

    /// How many may wait for a provider, for each that it serves at once.
    private static let queuePerPermit = 16
    private let mockPort: Int?
    private let startKey: Secret?
    private let environment: [String: String]
    private let readFile: @Sendable (String) -> [UInt8]?
    private let verifiers: [any CredentialVerifier]
    private let tokens: @Sendable (GatewayConfiguration) -> [any CredentialVerifier]?
    private let authenticator: Mutex<CredentialAuthenticator>
    private let accounts: @Sendable (GatewayConfiguration) -> (any AccountService)?
    /// The credentials that are fetched.
    let credentials = CredentialStores()
    /// Seals carried thoughts where no key is configured and none can be derived.
    private let processSeal = CarrierKey.random()
    /// What is known of targets and credentials, which outlives reloads.
    let health = HealthBoard()
    private let limits: LimitService?
    private let storedPrices: @Sendable () -> [PriceRecord]
    private let capture: PayloadCapture?
    private let probes = Mutex<[ProbeTarget]>([])
    private let permits = Mutex<[PermitKey: Permits]>([:])

    /// - Parameters:
    ///   - mockPort: where the built-in mock model listens, if it does.
    ///   - startKey: the key that was made at this start, where the configuration has none.
    ///   - environment: the environment of the process, for the vendors' own credentials.
    ///   - readFile: reads a small file, for the vendors' own credentials.
    ///   - limits: counts requests; `nil`: nothing is limited.
    ///   - storedPrices: the prices of the store, as they are now.
    ///   - capture: takes prompts and answers; `nil`: nothing is captured.
    ///   - memory: what of credentials was verified.
    ///   - verifiers: who looks at credentials that are no keys of the configuration.
    ///   - tokens: who looks at tokens after them; `nil` when that is as it was for the last configuration.
    ///   - accounts: makes the account service of a configuration, or `nil` where it wants none.
    init(
        mockPort: Int?,
        startKey: Secret?,
        environment: [String: String] = [:],
        readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        limits: LimitService? = nil,
        storedPrices: @escaping @Sendable () -> [PriceRecord] = { [] },
        capture: PayloadCapture? = nil,
        memory: CredentialMemory = CredentialMemory(knownFor: .seconds(3600)),
        verifiers: [any CredentialVerifier] = [],
        tokens: @escaping @Sendable (GatewayConfiguration) -> [any CredentialVerifier]? = { _ in nil },
        accounts: @escaping @Sendable (GatewayConfiguration) -> (any AccountService)? = { _ in nil }
    ) {
        self.mockPort = mockPort
        self.startKey = startKey
        self.environment = environment
        self.readFile = readFile
        self.limits = limits
        self.storedPrices = storedPrices
        self.capture = capture
        self.verifiers = verifiers
        self.tokens = tokens
        self.authenticator = Mutex(
            CredentialAuthenticator(staticKeys: StaticKeyring([]), verifiers: verifiers, memory: memory))
        self.accounts = accounts
    }

    /// Whether a configuration needs the built-in mock model.
    static func needsMock(_ configuration: GatewayConfiguration) -> Bool {
        configuration.providers.contains { $0.isEnabled && $0.kind == "mock" && $0.baseURL == nil }
    }

    /// Whether the built-in mock model runs in this process.
    var hasMock: Bool { self.mockPort != nil }

    /// The providers of the last configuration that are to be asked whether they are well.
    var probeTargets: [ProbeTarget] { self.probes.withLock { $0 } }

    func build(_ configuration: GatewayConfiguration) -> Snapshot {
        self.credentials.beginBuild()
        defer { self.credentials.endBuild() }
        var entries: [Snapshot.ProviderEntry] = []
        var table: [ModelTable.ProviderEntry] = []
        var named: [RoutingBuilder.Provider] = []
        var probes: [ProbeTarget] = []
        for provider in configuration.providers where provider.isEnabled {
            guard let row = ProviderRegistry.kinds.first(where: { $0.kind == provider.kind }),
                let (entry, made) = self.entry(provider, row: row, configuration)
            else { continue }
            named.append(RoutingBuilder.Provider(place: entries.count, name: provider.name, kind: provider.kind))
            entries.append(entry)
            if let probe = provider.probe {
                probes.append(
                    ProbeTarget(
                        provider: made.name, origin: entry.origin, path: probe.path, every: probe.every,
                        timeout: probe.timeout))
            }
            table.append(
                ModelTable.ProviderEntry(
                    name: made.name,
                    patterns: row.patterns.map { ModelPattern($0) },
                    credentials: made.credentialIdentities,
                    health: HealthSettings(provider)
                )
            )
        }
        self.probes.withLock { $0 = probes }
        let routing = RoutingBuilder(
            configuration, providers: named, stored: self.storedPrices(), now: Clock.nanosecondsSince1970())
        let models = ModelTable(entries: routing.entries, providers: table, board: self.health)
        let routes = routing.routes
        let server = configuration.server
        return Snapshot(
            models: models,
            providers: entries,
            modelSettings: routing.settings(in: models),
            authenticator: self.authenticator(configuration),
            certificatePrincipals: configuration.auth.certificates.isEmpty
                ? nil
                : CertificatePrincipals(
                    configuration.auth.certificates, whenClientLeaves: configuration.auth.whenClientLeaves),
            identityHeaders: configuration.auth.identityHeaders,
            isAuthenticationRequired: configuration.auth.isRequired,
            bodyLimitBytes: server.limits.requestBody.bytes,
            crossOrigin: server.cors.map { cors in
                CrossOrigin(
                    allows: { cors.allows(origin: $0) },
                    maxAgeSeconds: Int(clamping: cors.maxAge.components.seconds)
                )
            },
            isCompressionEnabled: server.compression,
            servesMetrics: server.metrics == .client,
            isTrustedProxy: { address in
                IPAddress(address).map { parsed in server.trustedProxies.contains { $0.contains(parsed) } } ?? false
            },
            routes: RouteTable(routes.map(\.rule)),
            strictRoutes: routes.map(\.isStrict),
            exposesTargetModel: server.exposesTargetModel,
            seal: self.seal(configuration),
            prices: routing.priceTable,
            admission: self.limits?.admission(by: configuration),
            capture: self.capture,
            accounts: self.accounts(configuration)
        )
    }

    /// The authenticator of a configuration. Tokens that are judged as before stay known.
    private func authenticator(_ configuration: GatewayConfiguration) -> CredentialAuthenticator {
        let verifiers = self.tokens(configuration).map { self.verifiers + $0 }
        let keys = self.keyring(configuration)
        return self.authenticator.withLock { current in
            current = current.replacing(staticKeys: keys, verifiers: verifiers)
            return current
        }
    }

    private func keyring(_ configuration: GatewayConfiguration) -> StaticKeyring {
        var keys = configuration.auth.keys.map { key in
            (
                key: key.key,
                principal: Principal(
                    keyID: key.name,
                    keyName: key.name,
                    tenant: key.tenant,
                    models: key.models,
                    // A budget has a place of its own, as it has in stored keys.
                    limits: key.limits?.leavingOut("budget")?.json,
                    budget: key.limits?["budget"]?.json,
                    whenClientLeaves: key.whenClientLeaves ?? configuration.auth.whenClientLeaves,
                    isCaptured: key.isCaptured
                )
            )
        }
        // A key of the configuration takes the place of the one that was made at the start.
        if let startKey, keys.isEmpty {
            keys.append(
                (
                    key: startKey,
                    principal: Principal(
                        keyID: "start", keyName: "start", whenClientLeaves: configuration.auth.whenClientLeaves)
                ))
        }
        return StaticKeyring(keys)
    }

    private func entry(
        _ provider: ProviderConfiguration,
        row: CatalogRow,
        _ configuration: GatewayConfiguration
    ) -> (Snapshot.ProviderEntry, any Provider)? {
        let region = provider.region ?? row.defaultRegion
        guard
            let baseURL = provider.baseURL ?? row.baseURL.flatMap({ BaseURL($0) })
                ?? region.flatMap({ row.regionalBaseURL?($0) }).flatMap({ BaseURL($0) }) ?? self.mockURL(provider)
        else {
            return nil
        }
        let proxy = configuration.outbound.proxy(for: provider, at: baseURL)
        let endpoint = Endpoint(
            isSecure: baseURL.scheme == .https,
            host: baseURL.host,
            port: baseURL.port,
            path: baseURL.path,
            authorityFile: provider.certificateAuthorities ?? configuration.outbound.certificateAuthorities,
            proxy: proxy.map { proxy in
                Endpoint.Proxy(
                    host: proxy.host,
                    port: proxy.port,
                    userinfo: proxy.username.map { Secret("\($0):\(proxy.password?.expose() ?? "")") }
                )
            }
        )
        let credentials = self.credentials(of: provider, configuration.outbound)
        let settings = ProviderSettings(
            name: provider.name,
            kind: provider.kind,
            endpoint: endpoint,
            keys: provider.apiKeys,
            apiVersion: provider.apiVersion,
            headers: provider.headers.map { ($0.name, $0.value) },
            forwardedHeaders: provider.forwardHeaders,
            region: region,
            project: provider.project ?? credentials?.projectID,
            dialect: provider.dialect.flatMap { MockDialect(rawValue: $0) },
            capabilities: provider.capabilities,
            credentials: credentials?.store
        )
        guard let made = ProviderRegistry.make(settings) else { return nil }
        let entry = Snapshot.ProviderEntry(
            provider: made,
            origin: UpstreamOrigin(endpoint, name: provider.name),
            permits: provider.maxConcurrency.map { self.permits(of: provider, $0) },
            timeouts: AttemptTimeouts(configuration.server.timeouts).overridden(by: provider.timeouts)
        )
        return (entry, made)
    }

    /// The store of a provider's credentials that are no keys, if its kind has such, and the project that they name.
    private func credentials(
        of provider: ProviderConfiguration,
        _ outbound: OutboundConfiguration
    ) -> (store: CredentialStore, projectID: String?)? {
        // A key goes before everything else.
        guard provider.apiKeys.isEmpty else { return nil }
        let settings = CredentialSettings(
            accessKeyID: provider.signing?.accessKeyID,
            secretAccessKey: provider.signing?.secretAccessKey,
            sessionToken: provider.signing?.sessionToken,
            profile: provider.profile,
            serviceAccount: provider.serviceAccount,
            region: provider.region,
            environment: self.environment,
            readFile: self.readFile
        )
        guard let found = ProviderRegistry.credentials(kind: provider.kind, settings) else { return nil }
        let store = self.credentials.store(name: provider.name, source: found.source) { url in
            UpstreamOrigin(url, for: provider, outbound)
        }
        return (store, found.projectID)
    }

    /// What seals carried thoughts: the configured key, one made of all providers' credentials, or this process's own.
    private func seal(_ configuration: GatewayConfiguration) -> any CarrierSeal {
        if let key = configuration.server.carrierKey { return CarrierKey(key) }
        let secrets = configuration.providers.flatMap { provider in
            provider.apiKeys + [provider.signing?.secretAccessKey, provider.serviceAccount].compactMap { $0 }
        }
        return CarrierKey(derivedFrom: secrets) ?? self.processSeal
    }

    private func mockURL(_ provider: ProviderConfiguration) -> BaseURL? {
        guard provider.kind == "mock", let port = self.mockPort else { return nil }
        return BaseURL(scheme: .http, host: "127.0.0.1", port: port, path: "/v1")
    }

    private func permits(of provider: ProviderConfiguration, _ count: Int) -> Permits {
        let capacity =
            provider.queue ?? max(64, count.multipliedReportingOverflow(by: Self.queuePerPermit).partialValue)
        return self.permits.withLock { known in
            let key = PermitKey(provider: provider.name, permits: count, capacity: capacity)
            if let permits = known[key] { return permits }
            let permits = Permits(permits: count, capacity: capacity)
            known[key] = permits
            return permits
        }
    }
}
