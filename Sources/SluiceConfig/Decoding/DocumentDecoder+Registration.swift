extension DocumentDecoder {
    /// `off`, `open`, domains, or domains with the tenants of their users.
    mutating func registration(_ section: Section) -> RegistrationPolicy? {
        guard let node = section.node?["registration"] else { return nil }
        let path = section.path.key("registration")
        if let text = node.scalar?.text {
            if Self.isOff(text) { return .off }
            if text.lowercased() == "open" { return .open }
            // An environment variable cannot write a list otherwise.
            let names = text.split(separator: ",").map { String($0.trimmingSpaces) }
            let domains = names.compactMap { Self.domain($0) }
            guard !names.isEmpty, domains.count == names.count else {
                mismatch("off, open, or domains like example.com", node, path)
                return nil
            }
            return .domains(domains.map { .init(name: $0) })
        }
        var domains: [RegistrationPolicy.Domain] = []
        for (text, path, node) in texts("registration", of: section) {
            if let name = Self.domain(text) {
                domains.append(.init(name: name))
            } else {
                mismatch("a domain like example.com", node, path)
            }
        }
        for entry in node.entries ?? [] {
            let place = path.key(entry.key)
            guard let name = Self.domain(entry.key) else {
                problems.error("expected a domain like example.com", at: place, entry.keyLocation)
                continue
            }
            guard let tenant = entry.value.scalar?.text, !tenant.isEmpty, Self.isLine(tenant) else {
                mismatch("the id of the tenant of its users", entry.value, place)
                continue
            }
            domains.append(.init(name: name, tenant: tenant))
        }
        guard !domains.isEmpty || problems.hasErrors else {
            problems.error("no domain is named; write off, open, or domains", at: path, node.location)
            return nil
        }
        return .domains(domains)
    }

    /// A domain in lower case; `nil` for what can be none. A `*` would allow more than it seems to.
    private static func domain(_ text: String) -> String? {
        let name = text.lowercased()
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDomain = labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"): true
                    default: byte >= 0x80
                    }
                }
        }
        return labels.count > 1 && isDomain ? name : nil
    }
}
