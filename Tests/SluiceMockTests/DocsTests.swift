import Glibc
import Testing

@testable import SluiceMock

@Suite("Documentation")
struct DocsTests {
    private static let begin = "<!-- behaviours: begin -->\n"
    private static let end = "<!-- behaviours: end -->"

    @Test("the table of docs/mock.md is the list in the code; SLUICE_RECORD=1 writes it anew")
    func table() throws {
        let path = Self.path(#filePath)
        let text = try #require(Self.read(path))
        let start = try #require(text.firstRange(of: Self.begin)?.upperBound)
        let stop = try #require(text.firstRange(of: Self.end)?.lowerBound)
        if let record = getenv("SLUICE_RECORD"), String(cString: record) == "1" {
            try #require(Self.write(text[..<start] + BehaviourListing.markdown() + text[stop...], path))
        } else {
            #expect(String(text[start..<stop]) == BehaviourListing.markdown())
        }
    }

    /// `docs/mock.md` of the repository that holds this file.
    private static func path(_ file: String) -> String {
        file.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/docs/mock.md"
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += block.prefix(count)
        }
    }

    private static func write(_ text: String, _ path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
