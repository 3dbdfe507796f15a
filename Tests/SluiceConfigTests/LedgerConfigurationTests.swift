import SluiceConfig
import SluiceCore
import Testing

@Suite("The ledger's configuration")
struct LedgerConfigurationTests {
    private func ledger(_ text: String) throws -> LedgerConfiguration {
        let result = loadYAML(text)
        return try #require(result.configuration, "\(result.report)").ledger
    }

    @Test("nothing written is the default, and every key is read")
    func everyKey() throws {
        #expect(try self.ledger("") == LedgerConfiguration())
        let ledger = try self.ledger(
            """
            ledger:
              enabled: true
              directory: /var/lib/sluice/journal
              fsync: batch
              journal_limit: 4GiB
              when_disk_full: refuse
              retention: 30d
              rollup_retention: 366d
            """
        )
        #expect(
            ledger
                == LedgerConfiguration(
                    directory: "/var/lib/sluice/journal", sync: .batch, journalLimit: .mebibytes(4096),
                    whenDiskFull: .refuse, retention: .seconds(30 * 86_400), rollupRetention: .seconds(366 * 86_400)))
        #expect(try self.ledger("ledger: { retention: off, rollup_retention: off, enabled: no }").retention == nil)
        #expect(try self.ledger("ledger: { enabled: no }").isEnabled == false)
    }

    @Test(
        "values out of bounds are errors",
        arguments: [
            "fsync: always", "journal_limit: 1MiB", "when_disk_full: wait", "retention: 1h", "rollup_retention: 0s",
            "directory: ''", "unknown: 1",
        ]
    )
    func bounds(line: String) {
        #expect(loadYAML("ledger: { \(line) }").configuration == nil)
    }

    @Test("what has no effect is a warning")
    func withoutEffect() {
        for text in [
            "storage: { database: off }\nledger: { fsync: none }", "ledger: { enabled: false, fsync: none }",
        ] {
            let result = loadYAML(text)
            #expect(result.warnings.contains { $0.path == "ledger.fsync" }, "\(result.report)")
        }
        #expect(loadYAML("ledger: { fsync: none }").warnings.isEmpty)
    }
}
