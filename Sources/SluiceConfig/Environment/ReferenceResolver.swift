/// Resolves what a value may refer to: `${NAME}`, `${NAME:-default}`, `${file:/path}` and LiteLLM's `os.environ/NAME`.
///
/// `$${` stands for the two characters `${`. A lone `$` is itself. What a reference stands for is not looked at again,
/// but a default may hold references of its own.
struct ReferenceResolver {
    enum Result: Equatable {
        /// There is no reference in the text.
        case same
        /// The text with what its references stand for.
        case text(String)
        /// The environment variable that is not set and has no default.
        case unset(String)
        /// What cannot be resolved, in words.
        case failure(String)
    }

    static let fileLimit = ByteSize.mebibytes(1)
    private static let depthLimit = 8

    private enum Stop: Error {
        case unset(String)
        case failure(String)
    }

    let environment: [String: String]
    /// Where relative paths start.
    let folder: String
    private(set) var files: FileAccess

    /// Resolves all references in `text`.
    mutating func resolve(_ text: String) -> Result {
        do throws(Stop) {
            if let name = Self.liteLLMName(text) {
                guard let value = environment[name] else { throw .unset(name) }
                return .text(value)
            }
            guard text.range(ofASCII: "${") != nil else { return .same }
            return .text(try expand(text[...], depth: 0))
        } catch {
            switch error {
            case .unset(let name): return .unset(name)
            case .failure(let message): return .failure(message)
            }
        }
    }

    private static func liteLLMName(_ text: String) -> String? {
        let prefix = "os.environ/"
        guard text.hasPrefix(prefix) else { return nil }
        let name = String(text.dropFirst(prefix.count))
        return isName(name) ? name : nil
    }

    private mutating func expand(_ text: Substring, depth: Int) throws(Stop) -> String {
        guard depth < Self.depthLimit else { throw .failure("references nested more than \(Self.depthLimit) deep") }
        var result = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            if rest.starts(with: "${".unicodeScalars) {
                rest = rest.dropFirst(2)
                result += "${"
            } else if rest.first == "{" {
                rest.removeFirst()
                result += try value(of: Substring(body(&rest)), depth: depth)
            } else {
                result += "$"
            }
        }
        return result
    }

    /// Takes what stands before the `}` that closes a reference.
    private func body(_ rest: inout Substring.UnicodeScalarView) throws(Stop) -> Substring.UnicodeScalarView {
        var open = 1
        var index = rest.startIndex
        var previous: Unicode.Scalar?
        while index < rest.endIndex {
            let scalar = rest[index]
            if scalar == "{", previous == "$" { open += 1 }
            if scalar == "}" { open -= 1 }
            let next = rest.index(after: index)
            if open == 0 {
                defer { rest = rest[next...] }
                return rest[..<index]
            }
            previous = scalar
            index = next
        }
        throw .failure("a reference ${...} without its closing brace")
    }

    private mutating func value(of body: Substring, depth: Int) throws(Stop) -> String {
        if body.hasPrefix("file:") { return try content(of: String(body.dropFirst("file:".count))) }
        let name: String
        var alternative: Substring?
        if let separator = String(body).range(ofASCII: ":-") {
            name = String(String(body)[..<separator.lowerBound])
            alternative = body.dropFirst(name.count + 2)
        } else {
            name = String(body)
        }
        guard Self.isName(name) else {
            throw .failure(
                "${\(FoundText.sanitized(String(body)))} is no reference; "
                    + "write ${NAME}, ${NAME:-default}, ${file:/path}, or $${ for the characters themselves"
            )
        }
        let value = environment[name]
        if let alternative {
            if let value, !value.isEmpty { return value }
            return try expand(alternative, depth: depth + 1)
        }
        guard let value else { throw .unset(name) }
        return value
    }

    private mutating func content(of path: String) throws(Stop) -> String {
        guard !path.isEmpty else { throw .failure("${file:} names no file") }
        let resolved = FilePath.resolved(path, in: folder)
        let bytes: [UInt8]
        do throws(FileProblem) {
            bytes = try files.read(resolved, limit: Self.fileLimit)
        } catch {
            throw .failure("the file \(FoundText.sanitized(resolved)) of ${file:...}: \(error)")
        }
        var content = bytes[...]
        // Editors and `echo` end a file with a line end that is no part of the secret.
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw .failure("the file \(FoundText.sanitized(resolved)) of ${file:...} is not UTF-8 text")
        }
        return text
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
