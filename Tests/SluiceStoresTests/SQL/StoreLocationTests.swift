import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Locations of stores")
struct StoreLocationTests {
    @Test(
        "files",
        arguments: [
            ("sqlite:./data/sluice.db", "./data/sluice.db"), ("sqlite:/var/lib/s.db", "/var/lib/s.db"),
            ("sqlite:///var/lib/s.db", "/var/lib/s.db"), ("sqlite://s.db", "s.db"),
        ])
    func files(text: String, path: String) throws {
        #expect(try StoreLocation(text) == .sqlite(path: path))
    }

    @Test(
        "what PostgreSQL understands is left to it",
        arguments: ["postgres://u:p@h/d", "postgresql://h", "host=h dbname=d", " dbname = d"])
    func postgresql(text: String) throws {
        let location = try StoreLocation(text)
        #expect(location == .postgresql(Secret(text)))
        #expect("\(location)" == "postgresql")
    }

    @Test(
        "all else is refused, and not repeated",
        arguments: ["", "sqlite:", "sqlite::memory:", "mysql://u:s3cret@h", "data/sluice.db", "a=b"])
    func refused(text: String) {
        let error = #expect(throws: StoreError.self) { try StoreLocation(text) }
        #expect(error?.kind == .misconfigured)
        #expect(error?.message.contains("s3cret") == false)
    }
}
