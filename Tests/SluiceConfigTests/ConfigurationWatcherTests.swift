import Glibc
import SluiceConfig
import Testing

@Suite("Watching files")
struct ConfigurationWatcherTests {
    /// A folder of its own, removed at the end.
    private func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/sluice-config-XXXXXX".utf8CString)
        let folder = try #require(
            template.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
            }
        )
        defer {
            for name in ["a", "b", "c"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        try body(folder)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test("a change is seen once: of content, by a rename, by a file that comes or goes")
    func changes() throws {
        try withFolder { folder in
            let (a, b) = ("\(folder)/a", "\(folder)/b")
            let files = SystemFiles()
            try write("1", to: a)
            var watcher = ConfigurationWatcher([a: files.stamp(of: a), b: nil], files: files)
            var seen = [watcher.changed()]
            try write("12", to: a)
            seen += [watcher.changed(), watcher.changed()]
            try write("12", to: "\(folder)/c")
            try #require(rename("\(folder)/c", a) == 0)
            seen.append(watcher.changed())
            try write("", to: b)
            seen.append(watcher.changed())
            unlink(b)
            seen += [watcher.changed(), watcher.changed()]
            #expect(seen == [false, true, false, true, true, true, false])
            #expect(watcher.paths == [a, b])
        }
    }

    @Test("what a load read is what is watched, from before it was read")
    func stampsOfLoad() {
        let result = loadYAML("logging: { level: \"${file:level}\" }", files: ["level": "info"])
        var same = ConfigurationWatcher(
            result.stamps,
            files: MemoryFiles(["sluice.yaml": "logging: { level: \"${file:level}\" }", "level": "info"]))
        let sameChanged = same.changed()
        #expect(!sameChanged)
        var other = ConfigurationWatcher(
            result.stamps,
            files: MemoryFiles(["sluice.yaml": "logging: { level: \"${file:level}\" }", "level": "debug"]))
        let otherChanged = other.changed()
        #expect(otherChanged)
    }

    @Test("the files of a load that failed are watched too")
    func failedLoad() {
        let broken = loadYAML("server: { listen: x }")
        #expect(broken.configuration == nil)
        var watcher = ConfigurationWatcher(broken.stamps, files: MemoryFiles(["sluice.yaml": ""]))
        let watcherChanged = watcher.changed()
        #expect(watcherChanged)
    }

    @Test("the system's files are read up to a limit, and their problems have words")
    func systemFiles() throws {
        try withFolder { folder in
            let path = "\(folder)/a"
            let text = String(repeating: "x", count: 100_000)
            try write(text, to: path)
            let files = SystemFiles()
            #expect(try files.read(path, limit: .mebibytes(1)) == Array(text.utf8))
            #expect(throws: FileProblem("longer than 64KiB")) { try files.read(path, limit: .kibibytes(64)) }
            #expect(throws: FileProblem.notFound) { try files.read("\(folder)/none", limit: .kibibytes(1)) }
            #expect(throws: FileProblem("is a folder")) { try files.read(folder, limit: .kibibytes(1)) }
            #expect(files.stamp(of: "\(folder)/none") == nil)
        }
    }
}
