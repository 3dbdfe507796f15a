import Logging
import NIOCore
import NIOPosix
public import SluiceConfig
import SluiceMock
import SluiceTelemetry
import UnixSignals

/// `sluice mock`: the mock model alone, until a signal ends it.
public enum MockCommand {
    /// Runs the mock model. Throws when the address cannot be bound.
    public static func run(_ address: HostPort, key: String?) async throws {
        let sink = LogSink()
        let logger = Logger(label: "mock") { SluiceLogHandler(label: $0, sink: sink, settings: LogSettings()) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let mock = try await MockServer.start(
            host: address.host,
            port: address.port,
            group: group,
            configuration: MockConfiguration(requiredKey: key)
        )
        logger.notice("mock listening", metadata: ["address": "\(HostPort(host: address.host, port: mock.port))"])
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        for await _ in signals { break }
        try await mock.stop()
        _ = sink.close(timeout: .seconds(1))
        try await group.shutdownGracefully()
    }
}
