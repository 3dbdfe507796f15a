import Logging
import SluiceCore
import SluiceTelemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExchangeTelemetryTests {
    @Test("an exchange is counted and logged once, and in flight until then")
    func exchange() throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        let telemetry = ExchangeTelemetry(
            metrics: MetricsRegistry(shards: 2),
            loops: 2,
            sink: sink,
            settings: LogSettings()
        )
        telemetry.started(.chat, method: "POST", loop: 1)
        telemetry.authenticated(allowed: true, loop: 1)
        #expect(try PrometheusDocument(telemetry.scrape()).sum("http_requests_in_flight") == 1)
        telemetry.settled(.chat(), loop: 1)
        #expect(sink.flush(timeout: .seconds(30)))
        let document = try PrometheusDocument(telemetry.scrape())
        #expect(document.sum("http_requests_in_flight") == 0)
        #expect(document.sum("http_requests_total") == 1)
        #expect(document.sum("auth_requests_total", where: ["result": "allowed"]) == 1)
        #expect(document.value("sluice_log_lines_total") == 1)
        #expect(output.text == AccessLogLineTests.line(.chat()))
        sink.close(timeout: .seconds(30))
    }

    @Test("the level leaves lines out, the metrics stay")
    func level() throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        let telemetry = ExchangeTelemetry(
            metrics: MetricsRegistry(shards: 1),
            loops: 1,
            sink: sink,
            settings: LogSettings(level: .warning)
        )
        telemetry.settled(.chat(), loop: 0)
        telemetry.settled(.chat(status: 502), loop: 0)
        sink.close(timeout: .seconds(30))
        #expect(output.text == AccessLogLineTests.line(.chat(status: 502)))
        #expect(try PrometheusDocument(telemetry.scrape()).sum("http_requests_total") == 2)
    }
}
