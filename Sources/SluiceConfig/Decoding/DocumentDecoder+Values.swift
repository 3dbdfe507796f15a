import SluiceCore

// Reads single values; each reports what it cannot read and gives `nil`.
extension DocumentDecoder {
    /// What a masked secret of `sluice config show` looks like.
    static let mask = "***"

    mutating func mismatch(_ expected: String, _ node: ConfigurationNode, _ path: ConfigurationPath) {
        let found = node.scalar.map(FoundText.of) ?? node.shape
        problems.error("expected \(expected), found \(found)", at: path, node.location)
    }

    mutating func value<Value>(
        _ key: String,
        of section: Section,
        _ expected: String,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let node = section.node?[key], let scalar = node.scalar else { return nil }
        if let value = parse(scalar.text) { return value }
        mismatch(expected, node, section.path.key(key))
        return nil
    }

    /// One line of text, not empty.
    mutating func text(_ key: String, of section: Section, _ expected: String = "text") -> String? {
        value(key, of: section, expected) { Self.isLine($0) && !$0.isEmpty ? $0 : nil }
    }

    /// The items of a list of texts with their places.
    mutating func texts(
        _ key: String,
        of section: Section
    ) -> [(text: String, path: ConfigurationPath, node: ConfigurationNode)] {
        let path = section.path.key(key)
        return (section.node?[key]?.list ?? []).enumerated().compactMap { index, node in
            node.scalar.map { ($0.text, path.index(index), node) }
        }
    }

    mutating func duration(_ key: String, of section: Section, allowsZero: Bool = false) -> Duration? {
        let duration = value(key, of: section, "a duration like 1m", DurationText.parse)
        guard duration == .zero, !allowsZero, let node = section.node?[key] else { return duration }
        mismatch("a duration longer than 0s, like 1m", node, section.path.key(key))
        return nil
    }

    mutating func size(_ key: String, of section: Section, _ range: ClosedRange<ByteSize>) -> ByteSize? {
        guard let size = value(key, of: section, "a size like 32MiB", ByteSizeText.parse) else { return nil }
        if range.contains(size) { return size }
        let bounds = "\(ByteSizeText.format(range.lowerBound)) to \(ByteSizeText.format(range.upperBound))"
        if let node = section.node?[key] { mismatch("a size from \(bounds)", node, section.path.key(key)) }
        return nil
    }

    mutating func count(_ key: String, of section: Section, _ range: ClosedRange<Int>) -> Int? {
        value(key, of: section, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func flag(_ key: String, of section: Section) -> Bool? {
        value(key, of: section, "true or false") { text in
            switch text.lowercased() {
            case "true", "on", "yes": true
            case "false", "off", "no": false
            default: nil
            }
        }
    }

    /// A value that can be switched off: `nil` for `off`, the default where nothing is written or it cannot be read.
    mutating func switchable<Value>(
        _ key: String,
        of section: Section,
        _ expected: String,
        default fallback: Value?,
        _ parse: (String) -> Value?
    ) -> Value? {
        let read: Value?? = value(key, of: section, expected) { text in
            Self.isOff(text) ? .some(nil) : parse(text).map { .some($0) }
        }
        return read ?? fallback
    }

    /// Whether `text` is one of the ways to write `off`.
    static func isOff(_ text: String) -> Bool { ["off", "false", "no"].contains(text.lowercased()) }

    mutating func percentage(
        _ key: String,
        of section: Section,
        _ range: ClosedRange<Percentage> = .zero ... .all
    ) -> Percentage? {
        value(key, of: section, "a percentage from \(range.lowerBound) to \(range.upperBound), like 20%") { text in
            PercentageText.parse(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func choice<Choice>(_ key: String, of section: Section) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        let names = Choice.allCases.map(\.rawValue)
        let expected = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return value(key, of: section, expected) { Choice(rawValue: $0.lowercased()) }
    }

    /// The path of a file that exists, relative ones from the folder of the configuration file.
    mutating func file(_ key: String, of section: Section) -> String? {
        guard let written = text(key, of: section, "the path of a file") else { return nil }
        let path = FilePath.resolved(written, in: folder)
        if !files.exists(path) {
            problems.error(
                "the file \(FoundText.sanitized(path, longest: 4096)) is not found",
                at: section.path.key(key),
                section.node?[key]?.location
            )
        }
        return path
    }

    /// A secret; `nil` if it is not there, is empty or is a mask. Its value is in no message.
    mutating func secret(_ node: ConfigurationNode, _ path: ConfigurationPath) -> Secret? {
        guard let text = node.scalar?.text, !text.isEmpty else { return nil }
        if text == Self.mask {
            problems.warning(
                "\(Self.mask) stands for a hidden secret and is not used; write the secret", at: path, node.location)
            return nil
        }
        guard Self.isLine(text) else {
            problems.error("expected one line of text, found control characters in it", at: path, node.location)
            return nil
        }
        return Secret(text)
    }

    /// `proxy` without the mask that `sluice config show` puts for its password.
    mutating func unmasked(_ proxy: ProxyURL, _ path: ConfigurationPath, _ location: SourceLocation?) -> ProxyURL {
        guard proxy.password == Secret(Self.mask) else { return proxy }
        problems.warning(
            "\(Self.mask) stands for a hidden password and is not used; write the password", at: path, location)
        var result = proxy
        result.password = nil
        return result
    }

    /// The upstream timeouts of `section`.
    mutating func timeoutOverrides(_ section: Section) -> TimeoutOverrides {
        TimeoutOverrides(
            connect: duration("connect", of: section),
            queue: duration("queue", of: section),
            firstByte: duration("first_byte", of: section),
            firstEvent: duration("first_event", of: section),
            firstContent: duration("first_content", of: section),
            idle: duration("idle", of: section),
            total: duration("total", of: section)
        )
    }

    /// Whether `text` may stand in a header or a log line: no control character.
    static func isLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

extension SourceLocation {
    /// Whether the value comes from an environment variable.
    var isEnvironment: Bool { line == nil && source.hasPrefix("environment variable ") }
}
