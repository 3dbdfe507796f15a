/// Puts what the environment says over what the file says: `SLUICE_SERVER_TIMEOUTS_IDLE=5s` is `server.timeouts.idle`.
///
/// The name is the key path in upper case with `_` for every other character; a list is written with commas. Earlier
/// gateways' prefix `GATEWAY_` works the same and yields to `SLUICE_`. An empty variable counts as none.
struct EnvironmentOverrides {
    /// Variables with the prefix that are no key.
    private static let reserved: Set<String> = [
        "SLUICE_CONFIG", "SLUICE_RECORD", "SLUICE_ADMIN_KEY", "GATEWAY_CONFIG", "GATEWAY_ENV",
    ]

    private let environment: [String: String]
    private let kinds: [ProviderKind]
    private(set) var problems = DiagnosticList()

    init(environment: [String: String], kinds: [ProviderKind]) {
        self.environment = environment
        self.kinds = kinds
    }

    /// Applies every variable to `root`.
    mutating func apply(to root: inout ConfigurationNode) {
        // The later assignment wins, so our own prefix comes last.
        for prefix in ["GATEWAY_", "SLUICE_"] {
            for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
                guard !value.isEmpty, !Self.reserved.contains(name), !Self.isServiceLink(name, value) else { continue }
                var rest = String(name.dropFirst(prefix.count))
                if prefix == "GATEWAY_", rest.hasPrefix("UPSTREAMS_") {
                    rest = "PROVIDERS_" + rest.dropFirst("UPSTREAMS_".count)
                }
                var node: ConfigurationNode? = root
                let leaf = ConfigurationNode(environment: name, value)
                if assign(leaf, to: rest[...], in: &node, GatewaySchema.root, depth: 0), let node {
                    root = node
                } else {
                    report(name, prefix: prefix, rest: rest)
                }
            }
        }
    }

    /// Kubernetes sets such variables for a service called `sluice` or `gateway`: `SLUICE_PORT=tcp://10.0.0.1:8080`.
    private static func isServiceLink(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.range(ofASCII: "_SERVICE_PORT") != nil { return true }
        return ["TCP", "UDP", "SCTP"].contains { transport in
            value.hasPrefix("\(transport.lowercased())://")
                || name.range(ofASCII: "_\(transport)_") != nil || name.hasSuffix("_\(transport)")
        }
    }

    /// Sets the value at the place that `rest` names. False if there is no such place; `node` is then as it was.
    private func assign(
        _ value: ConfigurationNode,
        to rest: Substring,
        in node: inout ConfigurationNode?,
        _ schema: KeySchema,
        depth: Int
    ) -> Bool {
        switch schema {
        case .scalar, .credential:
            guard rest.isEmpty else { return false }
            node = value
            return true
        case .list(let item):
            if rest.isEmpty {
                guard item.form(for: value) != nil else { return false }
                node = value
                return true
            }
            return assign(value, to: rest, inItemOf: &node, item, depth: depth)
        case .section(let keys):
            for key in Self.longestFirst(keys.map(\.name)) {
                guard let after = Self.drop(key, from: rest),
                    let schema = keys.first(where: { $0.name == key })?.schema
                else { continue }
                if assign(value, to: after, inKey: key, of: &node, schema, depth: depth) { return true }
            }
            return false
        case .open(let keys, let others):
            if assign(value, to: rest, in: &node, .section(keys), depth: depth) { return true }
            return assign(value, to: rest, in: &node, .named(others), depth: depth)
        case .named(let schema):
            var names = node?.entries?.map(\.key) ?? []
            // Providers alone may come into being by a variable, since their kinds are known by name.
            if depth == 1, case .section(let keys) = schema, keys.contains(where: { $0.name == "api_key" }) {
                let known = Set(names.map(EnvironmentName.normalized))
                names += kinds.map(\.name).filter { !known.contains(EnvironmentName.normalized($0)) }
            }
            for name in Self.longestFirst(names) {
                guard let after = Self.drop(name, from: rest) else { continue }
                if assign(value, to: after, inKey: name, of: &node, schema, depth: depth) { return true }
            }
            return false
        case .anyOf(let forms):
            // A short form is not turned into a long one: what it says would be lost.
            let fitting = forms.filter { form in rest.isEmpty || node.map { form.form(for: $0) != nil } ?? true }
            return fitting.contains { assign(value, to: rest, in: &node, $0, depth: depth) }
        }
    }

    private func assign(
        _ value: ConfigurationNode,
        to rest: Substring,
        inKey key: String,
        of node: inout ConfigurationNode?,
        _ schema: KeySchema,
        depth: Int
    ) -> Bool {
        var map = node ?? ConfigurationNode(content: .map([]), location: value.location)
        if map.isNull { map.content = .map([]) }
        guard map.entries != nil else { return false }
        var child = map[key]
        guard assign(value, to: rest, in: &child, schema, depth: depth + 1) else { return false }
        map[key] = child
        node = map
        return true
    }

    /// An item of a list is named by its `name`, else by its number from 0: `SLUICE_AUTH_KEYS_CI_KEY`.
    private func assign(
        _ value: ConfigurationNode,
        to rest: Substring,
        inItemOf node: inout ConfigurationNode?,
        _ schema: KeySchema,
        depth: Int
    ) -> Bool {
        guard var items = node?.list else { return false }
        for index in items.indices {
            for name in [items[index]["name"]?.scalar?.text, "\(index)"] {
                guard let name, let after = Self.drop(name, from: rest) else { continue }
                var item: ConfigurationNode? = items[index]
                guard assign(value, to: after, in: &item, schema, depth: depth + 1), let item else { continue }
                items[index] = item
                node?.content = .list(items)
                return true
            }
        }
        return false
    }

    private static func longestFirst(_ names: [String]) -> [String] {
        names.sorted { ($0.utf8.count, $1) > ($1.utf8.count, $0) }
    }

    /// What follows `key` and its `_` in `rest`; `nil` if `rest` does not begin with it.
    private static func drop(_ key: String, from rest: Substring) -> Substring? {
        let name = EnvironmentName.normalized(key)
        guard !name.isEmpty, rest.hasPrefix(name) else { return nil }
        let after = rest.dropFirst(name.count)
        if after.isEmpty { return after }
        guard after.first == "_", after.count > 1 else { return nil }
        return after.dropFirst()
    }

    private mutating func report(_ name: String, prefix: String, rest: String) {
        let known = Self.names(of: GatewaySchema.root, prefix: "")
        // Others may use the older prefix for something else: only what looks like a key of ours is worth a word.
        guard prefix == "SLUICE_" || known.contains(where: { Self.sharesSection($0, rest) }) else { return }
        let hint = Suggestion.nearest(to: rest, in: known).map { "; did you mean \(prefix)\($0)?" } ?? ""
        problems.warning("no key of the configuration has this name\(hint)", at: .root, .environment(name))
    }

    private static func sharesSection(_ known: String, _ rest: String) -> Bool {
        known.split(separator: "_").first == rest.split(separator: "_").first
    }

    /// The names of all keys that do not depend on the file.
    static func names(of schema: KeySchema, prefix: String) -> [String] {
        switch schema {
        case .scalar, .credential, .list: [prefix]
        case .named: [prefix + "_"]
        case .anyOf: []
        case .section(let keys), .open(let keys, _):
            keys.flatMap { key in
                let name = EnvironmentName.normalized(key.name)
                return names(of: key.schema, prefix: prefix.isEmpty ? name : "\(prefix)_\(name)")
            }
        }
    }
}
