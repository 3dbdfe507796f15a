import Logging
import SluiceTelemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct SluiceLogHandlerTests {
    private struct OddError: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` with a logger and returns what it wrote.
    private func output(
        level: Logger.Level = .trace,
        format: LogFormat = .json,
        _ body: (inout Logger, LogSettings) -> Void
    ) throws -> String {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        let settings = LogSettings(level: level, format: format)
        var logger = Logger(label: "sluice.test") { SluiceLogHandler(label: $0, sink: sink, settings: settings) }
        body(&logger, settings)
        #expect(sink.close(timeout: .seconds(30)))
        return output.text
    }

    private func line(_ text: String) throws -> JSONLine {
        try JSONLine(line: Array(text.utf8))
    }

    @Test("a line is one JSON object with its metadata as members")
    func json() throws {
        let text = try self.output { logger, _ in
            logger[metadataKey: "loop"] = "3"
            logger.warning(
                "it \"broke\"\nbadly",
                metadata: [
                    "port": .stringConvertible(8080), "is_on": .stringConvertible(true), "list": ["a", "b"],
                    "nested": ["x": ["y": "z"]], "level": "forged",
                ]
            )
        }
        let line = try self.line(text)
        #expect(
            line.names == [
                "timestamp", "level", "message", "logger", "is_on", "metadata.level", "list", "loop", "nested", "port",
            ]
        )
        #expect(line["level"] == .string("warning"))
        #expect(line["message"] == .string("it \"broke\"\nbadly"))
        #expect(line["logger"] == .string("sluice.test"))
        #expect(line["port"] == .number("8080"))
        #expect(line["is_on"] == .bool(true))
        #expect(line["list"] == .array([.string("a"), .string("b")]))
        #expect(line["nested"]?["x"]?["y"] == .string("z"))
        #expect(line["metadata.level"] == .string("forged"))
    }

    @Test("an error is written with its description")
    func error() throws {
        let text = try self.output { logger, _ in
            logger.error("upstream failed", error: OddError(description: "connection reset\n{}"))
        }
        #expect(try self.line(text)["error"] == .string("connection reset\n{}"))
    }

    @Test("the pretty form is one line too")
    func pretty() throws {
        let text = try self.output(format: .pretty(colours: false)) { logger, _ in
            logger.info("listening\u{1B}[31m", metadata: ["address": "127.0.0.1", "port": .stringConvertible(8080)])
        }
        let rest = text.drop { $0 != " " }
        #expect(rest == " info     sluice.test: listening\\u001b[31m address=\"127.0.0.1\" port=8080\n")
    }

    @Test("level and format can be changed while loggers exist, and a logger may have its own level")
    func runTime() throws {
        let text = try self.output(level: .info) { logger, settings in
            logger.debug("no 1")
            settings.level = .debug
            logger.debug("yes 1")
            settings.level = .error
            logger.warning("no 2")
            logger.logLevel = .trace
            logger.trace("yes 2")
            settings.format = .pretty(colours: true)
            logger.error("yes 3")
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(!text.contains("no "))
        #expect(lines.last?.contains("\u{1B}[31merror") == true)
    }

    @Test(
        "no credential passes, in message, error, key or value, at any depth, in either form",
        arguments: [
            LogFormat.json, .pretty(colours: false),
        ]
    )
    func redaction(format: LogFormat) throws {
        let text = try self.output(level: .trace, format: format) { logger, _ in
            logger[metadataKey: "authorization"] = "Bearer HIDDEN-1"
            logger.trace(
                "sent sk-HIDDEN-2-abcdef",
                error: OddError(description: "x-api-key: HIDDEN-3"),
                metadata: [
                    "api_key": "HIDDEN-4",
                    "headers": ["Authorization": "HIDDEN-5", "cookie": ["HIDDEN-6", "HIDDEN-7"], "accept": "*/*"],
                    "secrets": ["deep": ["deeper": "HIDDEN-8"]],
                    "url": "https://user:HIDDEN-9@host/?key=HIDDEN-10",
                    "list": ["sk-HIDDEN-11-abc", "fine"],
                    "password": .stringConvertible("HIDDEN-12"),
                    "sk-HIDDEN-13-abcdef": "x",
                    "prompt_tokens": .stringConvertible(12),
                ]
            )
        }
        #expect(!text.contains("HIDDEN"))
        #expect(text.contains("*/*"))
        #expect(text.contains("fine"))
        #expect(text.contains("12"))
        #expect(text.contains("***"))
    }

    @Test("metadata without end and messages without end are cut")
    func bounded() throws {
        var value = Logger.Metadata.Value.string("bottom")
        for _ in 0..<200 { value = ["deeper": value] }
        let text = try self.output { logger, _ in
            logger.info("\(String(repeating: "m", count: 100_000))", metadata: ["nested": value])
        }
        #expect(text.utf8.count < 10_000)
        #expect(!text.contains("bottom"))
        _ = try self.line(text)
    }

    @Test("the provider's metadata is written, and what the call gives comes before it")
    func provider() throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        let logger = Logger(label: "x") { label in
            SluiceLogHandler(
                label: label,
                sink: sink,
                settings: LogSettings(),
                metadataProvider: Logger.MetadataProvider { ["request_id": "r1", "loop": "1"] }
            )
        }
        logger.info("hello", metadata: ["loop": "2"])
        #expect(sink.close(timeout: .seconds(30)))
        let line = try self.line(output.text)
        #expect(line["request_id"] == .string("r1"))
        #expect(line["loop"] == .string("2"))
    }
}
