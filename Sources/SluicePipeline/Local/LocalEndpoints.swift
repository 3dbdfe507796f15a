import NIOCore
import NIOHTTP1
public import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// What the gateway answers itself: health, metrics, the model list, accounts, and browsers' preflights.
public struct LocalEndpoints: Sendable {
    let status: GatewayStatus
    let recorder: any ExchangeRecorder
    let dependencies: Dependencies
    let lists: ProviderModelLists
    let usageStore: (any UsageStore)?

    /// Makes the endpoints.
    ///
    /// - Parameter usage: reads the ledger, for keys that ask for their usage; `nil`: there is none.
    public init(
        status: GatewayStatus,
        recorder: any ExchangeRecorder,
        dependencies: Dependencies = Dependencies(),
        usage: (any UsageStore)? = nil
    ) {
        self.status = status
        self.recorder = recorder
        self.dependencies = dependencies
        self.usageStore = usage
        self.lists = ProviderModelLists()
    }

    func answer(
        _ request: IdentifiedRequest,
        _ state: ExchangeState,
        isAdministration: Bool,
        bodyBudget: BodyBudget
    ) async throws(GatewayError) -> LocalAnswer {
        if request.isPreflight { return self.preflight(state) }
        switch request.surface {
        case .live:
            return self.health(status: 200, "alive", nil)
        case .ready:
            if let reason = self.status.notReadyReason ?? self.dependencies.notReadyReason() {
                return self.health(status: 503, "unavailable", reason)
            }
            return self.health(status: 200, "ready", nil)
        case .health:
            return self.report(state)
        case .metrics where state.snapshot.servesMetrics || isAdministration:
            return LocalAnswer(
                contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: ByteBuffer(
                    bytes: self.recorder.scrape() + HealthMetrics.text(state.snapshot, now: MonotonicTime(state.now))
                        + DependencyMetrics.text(self.dependencies))
            )
        case .models, .model, .geminiModels, .geminiModel, .ollamaTags:
            return try await self.models(request, state)
        case .ollamaVersion:
            return self.version()
        case .register:
            return try await self.register(state, bodyBudget)
        case .accountKeys:
            return try await self.makeKey(state, bodyBudget)
        case .stats:
            return try await self.stats(state)
        case .usage:
            return try await self.usage(state)
        default:
            throw Self.nothingHere
        }
    }

    static let nothingHere = GatewayError(
        .pathNotFound, "There is nothing at this path. Model surfaces are under /v1.")

    /// Ollama's tools ask for a version before they say anything else. Source: Ollama API reference (read 2026-11).
    private func version() -> LocalAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("version")
        writer.string(self.status.version)
        writer.endObject()
        return LocalAnswer(body: ByteBuffer(bytes: writer.take()))
    }

    private func health(status: Int, _ word: StaticString, _ reason: String?) -> LocalAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.string("\(word)")
        if let reason {
            writer.key("reason")
            writer.string(reason)
        }
        writer.endObject()
        return LocalAnswer(status: status, body: ByteBuffer(bytes: writer.take()))
    }

    private func report(_ state: ExchangeState) -> LocalAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        let database = self.dependencies.database()
        let redis = self.dependencies.redis()
        writer.string(database.isDown || redis.isDown ? "degraded" : "healthy")
        writer.key("version")
        writer.string(self.status.version)
        writer.key("uptime_seconds")
        writer.integer(self.status.uptimeSeconds)
        writer.key("database")
        writer.string(database.text)
        writer.key("redis")
        writer.string(redis.text)
        writer.key("providers")
        writer.beginObject()
        for entry in state.snapshot.providers {
            writer.key(entry.provider.name)
            writer.beginObject()
            writer.key("kind")
            writer.string(entry.provider.kind)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
        return LocalAnswer(body: ByteBuffer(bytes: writer.take()))
    }

    private func preflight(_ state: ExchangeState) -> LocalAnswer {
        let requested = state.exchange.head.headers.first(name: "access-control-request-headers")
        return LocalAnswer(
            status: 204,
            headers: [
                ("access-control-allow-methods", "GET, HEAD, POST"),
                ("access-control-allow-headers", requested ?? "authorization, content-type"),
                ("access-control-max-age", String(state.snapshot.crossOrigin?.maxAgeSeconds ?? 0)),
            ]
        )
    }
}
