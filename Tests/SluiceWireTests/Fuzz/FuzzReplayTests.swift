import Glibc
import SluiceFuzz
import Testing

@Suite("Fuzz")
struct FuzzReplayTests {
    @Test("what once failed does not fail again")
    func replay() throws {
        let folder = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/Fuzz/FailCases"
        let directory = try #require(opendir(folder), "\(folder) cannot be read")
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let target = FuzzTarget.allCases.first(where: { name.hasPrefix($0.rawValue + "-") }) else { continue }
            let fault = target.check(try Self.read(folder + "/" + name))
            #expect(fault == nil, "\(name)")
            count += 1
        }
        #expect(count > 0)
    }

    @Test("a short run of every target holds", arguments: FuzzTarget.allCases)
    func short(target: FuzzTarget) {
        let mutator = target.mutator
        var random = FuzzRandom(seed: 20_261_121)
        for number in 0..<300 {
            if let fault = target.check(mutator.input(&random)) { Issue.record("input \(number): \(fault)") }
        }
    }

    @Test("a seed gives the same inputs every time")
    func deterministic() {
        func inputs() -> [[UInt8]] {
            var random = FuzzRandom(seed: 7)
            return (0..<20).map { _ in FuzzTarget.sse.mutator.input(&random) }
        }
        #expect(inputs() == inputs())
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "rb"), "\(path) cannot be read")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = getc(file)
            guard byte >= 0 else { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }
}
