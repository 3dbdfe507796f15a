import Glibc

/// Files of the tests' own, below `Fixtures/`.
enum Fixture {
    /// The folder of all fixtures.
    static let root: String = {
        let support = #filePath.prefix { _ in true }.split(separator: "/").dropLast(2)
        return "/" + support.joined(separator: "/") + "/Fixtures"
    }()

    /// The bytes of a file; `nil` when there is none.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen("\(self.root)/\(path)", "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The names in a folder, sorted; empty when there is none.
    static func names(in path: String) -> [String] {
        guard let folder = opendir("\(self.root)/\(path)") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file, for `SLUICE_RECORD=1`.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen("\(self.root)/\(path)", "wb") else { return false }
        defer { fclose(file) }
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
