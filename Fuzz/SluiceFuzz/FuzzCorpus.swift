import Glibc
import SluiceWire

/// The recorded shapes of the tests, as seeds. Empty where the sources are not at hand.
enum FuzzCorpus {
    private static let folder: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/Tests/SluiceWireTests/Fixtures/dialects"
    }()

    /// The whole bodies of a dialect, or its streams. Bedrock's binary streams come as lines, each an event's type and
    /// its payload, unless `areFramed`.
    static func files(of dialect: Dialect, areStreams: Bool, areFramed: Bool = false) -> [[UInt8]] {
        let path = "\(self.folder)/\(dialect.rawValue)"
        var files: [[UInt8]] = []
        for name in self.names(in: path) {
            for file in self.names(in: "\(path)/\(name)") {
                let isStream = file.hasSuffix(".sse") || file.hasSuffix(".ndjson") || file.hasSuffix(".hex")
                guard isStream == areStreams, isStream || file.hasSuffix(".json"),
                    let bytes = self.bytes("\(path)/\(name)/\(file)")
                else { continue }
                if file.hasSuffix(".hex") {
                    guard let frames = self.unhex(bytes) else { continue }
                    files.append(areFramed ? frames : self.lines(frames))
                } else {
                    files.append(bytes)
                }
            }
        }
        return files
    }

    /// Each frame as a line: its event's type, or its exception's with `!` before it, a space, and the payload.
    private static func lines(_ frames: [UInt8]) -> [UInt8] {
        var parser = AWSEventStreamParser()
        var offset = 0
        var lines: [UInt8] = []
        while let frame = try? parser.next(in: frames.span, at: &offset) {
            parser.withFrame(frame, in: frames.span) { headers, payload in
                if let type = AWSEventStreamHeaders.string(":event-type", in: headers) {
                    lines += Array(type.utf8)
                } else if let type = AWSEventStreamHeaders.string(":exception-type", in: headers) {
                    lines += [0x21] + Array(type.utf8)
                }
                lines.append(0x20)
                payload.withUnsafeBufferPointer { lines.append(contentsOf: $0) }
                lines.append(0x0A)
            }
        }
        return lines
    }

    private static func unhex(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for line in text.split(separator: 0x0A) where line.first != 0x23 {
            var high: UInt8?
            for character in line {
                guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { continue }
                if let first = high {
                    bytes.append(first << 4 | UInt8(truncatingIfNeeded: digit))
                    high = nil
                } else {
                    high = UInt8(truncatingIfNeeded: digit)
                }
            }
            if high != nil { return nil }
        }
        return bytes
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    private static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
