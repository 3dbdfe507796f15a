import SluiceCore

/// What values of records may be. Each rule throws ``AdminError/Code/invalidField`` with what was expected.
enum FieldRules {
    /// What a list of surfaces may hold.
    static let surfaces = Set(Surface.allCases.filter(\.isModelSurface).filter(\.isClientSurface).map(\.name))

    /// A name for people: 1 to 200 characters, not only white space, no control characters.
    static func name(_ text: String, _ field: String = "name") throws(AdminError) -> String {
        let isBlank = text.allSatisfy(\.isWhitespace)
        guard !isBlank, text.count <= 200, text.utf8.count <= 800, !Self.hasControl(text) else {
            throw Self.failure(field, "1 to 200 characters without control characters", text)
        }
        return text
    }

    /// An e-mail address, in the form that is stored. Whether it exists is not looked at.
    static func email(_ text: String) throws(AdminError) -> String {
        let address = UserRecord.normalized(email: text)
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isSane = address.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"<>(),;:\"\\[]".unicodeScalars.contains(scalar)
                && !scalar.properties.isWhitespace
        }
        guard isSane, parts.count == 2, (1...64).contains(parts[0].utf8.count), address.utf8.count <= 254,
            !parts[1].isEmpty, !parts[1].hasPrefix("."), !parts[1].hasSuffix("."), !parts[1].contains("..")
        else { throw Self.failure("email", "an address like name@example.com", text) }
        return address
    }

    /// A password: 12 to 512 bytes.
    static func password(_ text: String) throws(AdminError) -> Secret {
        guard (12...512).contains(text.utf8.count) else {
            throw AdminError(.invalidField, "password: expected 12 to 512 bytes.", parameter: "password")
        }
        return Secret(text)
    }

    /// The id of a tenant, which may be chosen: 1 to 64 of `a-z 0-9 _ -`, the first a letter or a digit.
    static func tenantID(_ text: String) throws(AdminError) -> TenantID {
        let isSane = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isSane, (1...64).contains(text.utf8.count), text.first != "_", text.first != "-" else {
            throw Self.failure("id", "1 to 64 of a-z, 0-9, _ and -, beginning with a letter or a digit", text)
        }
        return TenantID(text)
    }

    /// Ranges of addresses.
    static func networks(_ list: [String]) throws(AdminError) -> [String] {
        try Self.bounded(list, "networks")
        for text in list where CIDR(text) == nil {
            throw Self.failure("networks", "addresses and ranges like 10.0.0.0/8 or 2001:db8::/32", text)
        }
        return list
    }

    /// Names of surfaces.
    static func surfaces(_ list: [String]) throws(AdminError) -> [String] {
        try Self.bounded(list, "surfaces")
        for text in list where !Self.surfaces.contains(text) {
            throw Self.failure("surfaces", "some of \(Self.surfaces.sorted().joined(separator: ", "))", text)
        }
        return list
    }

    /// Names of models, with `*` for any run of characters.
    static func models(_ list: [String]) throws(AdminError) -> [String] {
        try Self.bounded(list, "models")
        for text in list {
            guard (1...256).contains(text.utf8.count), !Self.hasControl(text), !text.contains(where: \.isWhitespace)
            else { throw Self.failure("models", "names or patterns like gpt-4o or claude-*", text) }
        }
        return list
    }

    /// A name or a pattern of names: 1 to 256 bytes without white space and control characters.
    static func word(_ text: String, _ field: String) throws(AdminError) -> String {
        guard (1...256).contains(text.utf8.count), !Self.hasControl(text), !text.contains(where: \.isWhitespace) else {
            throw Self.failure(field, "1 to 256 bytes without spaces and control characters", text)
        }
        return text
    }

    /// A remark for people: at most 1000 characters, no control characters.
    static func note(_ text: String) throws(AdminError) -> String {
        guard text.count <= 1000, text.utf8.count <= 4000, !Self.hasControl(text) else {
            throw Self.failure("note", "at most 1000 characters without control characters", text)
        }
        return text
    }

    /// What an operator attaches for people: 64 entries, names of 64 bytes, values of 1024.
    static func metadata(_ map: [String: String]) throws(AdminError) -> [String: String] {
        try Self.map(map, "metadata", entries: 64, valueBytes: 1024) { !Self.hasControl($0) }
    }

    /// What an operator attaches for the ledger: 16 entries, names of 64 of `A-Z a-z 0-9 _ . -`, values of 128 bytes.
    static func tags(_ map: [String: String]) throws(AdminError) -> [String: String] {
        try Self.map(map, "tags", entries: 16, valueBytes: 128) { name in
            name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        }
    }

    /// Text of the caller's that an error repeats, cut to what a line can hold.
    static func quoted(_ text: String) -> String { "'\(Self.shortened(text))'" }

    /// At most 60 characters, without control characters.
    static func shortened(_ text: String) -> String {
        let printable = text.prefix(61).filter {
            !$0.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return printable.count > 60 ? printable.prefix(60) + "…" : String(printable)
    }

    private static func bounded(_ list: [String], _ field: String) throws(AdminError) {
        guard (1...100).contains(list.count) else {
            throw AdminError(
                .invalidField, "\(field): expected 1 to 100 entries; null for no restriction.", parameter: field)
        }
    }

    private static func map(
        _ map: [String: String],
        _ field: String,
        entries: Int,
        valueBytes: Int,
        isName: (String) -> Bool
    ) throws(AdminError) -> [String: String] {
        guard map.count <= entries else {
            throw AdminError(.invalidField, "\(field): expected at most \(entries) entries.", parameter: field)
        }
        for (name, value) in map {
            guard (1...64).contains(name.utf8.count), isName(name) else {
                throw Self.failure(field, "names of 1 to 64 bytes", name)
            }
            guard value.utf8.count <= valueBytes, !value.utf8.contains(0) else {
                throw Self.failure(field, "values of at most \(valueBytes) bytes", name)
            }
        }
        return map
    }

    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    private static func failure(_ field: String, _ expected: String, _ found: String) -> AdminError {
        AdminError(
            .invalidField, "\(field): expected \(expected), found \(Self.quoted(found)).", parameter: field)
    }
}
