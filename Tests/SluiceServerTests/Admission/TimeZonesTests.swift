import SluiceConfig
import SluicePolicies
import Testing

@testable import SluiceServer

@Suite("TimeZones")
struct TimeZonesTests {
    /// Files that hold nothing of use, each of which says that it was asked for.
    private struct NoFiles: FileReading {
        func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8] {
            Issue.record("\(path) was asked for")
            return []
        }

        func stamp(of path: String) -> FileStamp? { nil }
    }

    @Test("UTC needs no file")
    func utc() {
        #expect(TimeZones(files: NoFiles(), folder: "/z").zone("UTC")?.name == "UTC")
    }

    @Test(
        "no name leads out of the folder",
        arguments: [
            "", "/etc/passwd", "../passwd", "Europe/../../etc/passwd", "Europe//Berlin", "a/", "Eu rope", "a\0b",
        ])
    func names(name: String) {
        #expect(TimeZones(files: NoFiles(), folder: "/z").zone(name) == nil)
    }
}
