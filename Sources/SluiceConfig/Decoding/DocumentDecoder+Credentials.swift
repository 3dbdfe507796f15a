import SluiceCore

// What proves who calls, beside keys.
extension DocumentDecoder {
    /// `access_key_id` and `secret_access_key`, with `session_token` or without.
    mutating func signingKeys(_ section: Section, of kind: ProviderKind) -> SigningKeys? {
        let names = ["access_key_id", "secret_access_key", "session_token"]
        guard names.contains(where: { section.node?[$0] != nil }) else { return nil }
        guard kind.takesSigningKeys else {
            refuse(names, in: section, of: kind)
            return nil
        }
        let values = names.map { name in section.node?[name].flatMap { secret($0, section.path.key(name)) } }
        guard let id = values[0], let key = values[1] else {
            // Where both are empty, or masked, nothing is meant.
            if let other = values[0] == nil ? (values[1] == nil ? nil : names[1]) : names[0] {
                let missing = other == names[0] ? names[1] : names[0]
                problems.error(
                    "missing; \(other) alone is not enough",
                    at: section.path.key(missing),
                    section.node?[missing]?.location ?? section.location
                )
            }
            return nil
        }
        return SigningKeys(accessKeyID: id, secretAccessKey: key, sessionToken: values[2])
    }

    mutating func profile(_ section: Section, of kind: ProviderKind) -> String? {
        guard section.node?["profile"] != nil else { return nil }
        let profile = text("profile", of: section)
        guard kind.takesSigningKeys else {
            refuse(["profile"], in: section, of: kind)
            return nil
        }
        return profile
    }

    /// The JSON that `service_account` is, or that the file has which it names.
    mutating func serviceAccount(_ section: Section, of kind: ProviderKind) -> Secret? {
        let name = "service_account"
        guard let node = section.node?[name], let text = node.scalar?.text, !text.isEmpty else { return nil }
        let path = section.path.key(name)
        guard kind.takesServiceAccount else {
            refuse([name], in: section, of: kind)
            return nil
        }
        if text == Self.mask {
            _ = secret(node, path)
            return nil
        }
        if text.first(where: { !$0.isWhitespace }) == "{" { return Secret(text) }
        guard Self.isLine(text) else {
            problems.error("expected the path of a JSON file, or its content", at: path, node.location)
            return nil
        }
        do throws(FileProblem) {
            return Secret(bytes: try files.read(FilePath.resolved(text, in: folder), limit: .kibibytes(64)))
        } catch {
            problems.error("the file \(FoundText.sanitized(text, longest: 4096)): \(error)", at: path, node.location)
            return nil
        }
    }

    /// One of the dialects that a kind can be told to serve.
    mutating func dialect(_ section: Section, of kind: ProviderKind) -> String? {
        guard section.node?["dialect"] != nil else { return nil }
        guard let last = kind.dialects.last else {
            _ = text("dialect", of: section)
            refuse(["dialect"], in: section, of: kind)
            return nil
        }
        let expected = kind.dialects.dropLast().joined(separator: ", ") + " or " + last
        return value("dialect", of: section, expected) { kind.dialects.contains($0) ? $0 : nil }
    }

    /// A region that may stand in a host's name.
    mutating func region(_ section: Section) -> String? {
        value("region", of: section, "a region like eu-west-1") { text in
            let isName =
                (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
                    default: false
                    }
                }
            return isName && text.utf8.first != UInt8(ascii: "-") ? text.lowercased() : nil
        }
    }

    /// Reports what a kind needs and does not have.
    mutating func checkPlace(
        _ provider: ProviderConfiguration,
        _ section: Section,
        of kind: ProviderKind,
        at location: SourceLocation
    ) {
        if kind.requiresRegion, section.node?["region"] == nil {
            let variable = kind.regionVariables.first.map { ", or set \($0)" } ?? ""
            problems.error(
                "missing; a provider of kind \(kind.name) is in a region; write it\(variable)",
                at: section.path.key("region"),
                location
            )
        }
        if kind.requiresProject, section.node?["project"] == nil, section.node?["service_account"] == nil {
            let variable = kind.projectVariables.first.map { ", or set \($0)" } ?? ""
            problems.error(
                "missing; a provider of kind \(kind.name) needs a project; write it\(variable)",
                at: section.path.key("project"),
                location
            )
        }
    }

    private mutating func refuse(_ names: [String], in section: Section, of kind: ProviderKind) {
        for name in names {
            guard let node = section.node?[name] else { continue }
            problems.error(
                "a provider of kind \(kind.name) takes no \(name); remove it",
                at: section.path.key(name),
                node.location
            )
        }
    }
}
