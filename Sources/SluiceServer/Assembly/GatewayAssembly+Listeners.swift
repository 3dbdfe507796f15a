import SluiceConfig
import SluiceHTTP
import SluicePipeline

extension GatewayAssembly {
    static func certificate(_ tls: SluiceConfig.TLSConfiguration) throws -> ServerTLS {
        do {
            return try ServerTLS(ServerTLS.Configuration(tls))
        } catch {
            throw StartFailure(
                "cannot use the certificate \(tls.certificate) with the key \(tls.privateKey)"
                    + (tls.clientCA.map { " and the authorities \($0)" } ?? "") + ": \(error)"
            )
        }
    }

    static func listen(
        _ server: ServerConfiguration,
        at address: HostPort,
        _ tls: ServerTLS?,
        _ loops: LoopContexts,
        _ handler: GatewayHandler,
        _ events: ConnectionMetrics
    ) async throws -> HTTPServer {
        do {
            return try await HTTPServer.start(
                HTTPServer.Configuration(server, listen: address, tls: tls),
                loops: loops,
                handler: handler,
                events: events
            )
        } catch {
            throw StartFailure("cannot listen on \(address): \(error)")
        }
    }
}
