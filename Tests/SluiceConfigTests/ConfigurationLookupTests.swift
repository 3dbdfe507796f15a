import SluiceConfig
import Testing

@Suite("Finding the configuration file")
struct ConfigurationLookupTests {
    private let files = [
        "a.yaml": "logging: { level: trace }", "b.toml": "logging.level = \"debug\"",
        "config/prod.toml": "logging.level = \"notice\"", "config/dev.yaml": "logging: { level: warning }",
        "sluice.yml": "logging: { level: error }", "/etc/sluice/sluice.yaml": "logging: { level: critical }",
    ]

    @Test(
        "the first place that has one wins",
        arguments: [
            ("a.yaml", ["SLUICE_CONFIG": "b.toml"], "a.yaml"),
            (nil, ["SLUICE_CONFIG": "b.toml", "GATEWAY_ENV": "prod"], "b.toml"),
            (nil, ["GATEWAY_ENV": "prod"], "config/prod.toml"), (nil, ["GATEWAY_ENV": "dev"], "config/dev.yaml"),
            (nil, [:], "sluice.yml"), (nil, ["SLUICE_CONFIG": ""], "sluice.yml"),
        ] as [(String?, [String: String], String)]
    )
    func order(argument: String?, environment: [String: String], expected: String) {
        let result = load(files, environment: environment, path: argument)
        #expect(result.path == expected)
        #expect(result.configuration != nil, "\(result.report)")
    }

    @Test("the folder of the system comes last")
    func system() {
        let files = files.filter { $0.key != "sluice.yml" }
        #expect(load(files).configuration?.logging.level == .critical)
    }

    @Test("a file that was asked for and is not there is an error")
    func missing() {
        #expect(load(files, path: "none.yaml").report == "error: the configuration file none.yaml: not found")
        #expect(load(files, environment: ["SLUICE_CONFIG": "x"]).configuration == nil)
        #expect(load(files, environment: ["GATEWAY_ENV": "stage"]).report.contains("there is no config/stage.toml"))
        #expect(load(files, environment: ["GATEWAY_ENV": "../x"]).configuration == nil)
    }

    @Test("two files side by side are a warning")
    func two() {
        let result = load(["sluice.yaml": "", "sluice.toml": ""])
        #expect(result.path == "sluice.yaml")
        #expect(result.warnings.first?.message.hasPrefix("sluice.toml is there too and not read") == true)
    }

    @Test("relative paths start from the folder of the file")
    func relative() throws {
        let text = """
            server: { tls: { certificate: tls.crt, private_key: ./tls.key } }
            logging: { level: "${file:level}" }
            """
        let result = load(
            ["/etc/x/c.yaml": text, "/etc/x/tls.crt": "", "/etc/x/tls.key": "", "/etc/x/level": "debug\n"],
            path: "/etc/x/c.yaml"
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        #expect(configuration.server.tls?.certificate == "/etc/x/tls.crt")
        #expect(configuration.server.tls?.privateKey == "/etc/x/tls.key")
        #expect(configuration.logging.level == .debug)
        #expect(result.stamps["/etc/x/level"] != nil)
    }
}
