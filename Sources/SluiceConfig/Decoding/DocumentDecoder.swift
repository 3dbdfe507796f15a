/// Turns a checked document into a ``GatewayConfiguration``; goes on after an error, so that all of them are found.
struct DocumentDecoder {
    /// A map of the document, or the place where one could stand.
    struct Section {
        var node: ConfigurationNode?
        var path: ConfigurationPath

        /// The section that `key` holds.
        func section(_ key: String) -> Section { Section(node: node?[key], path: path.key(key)) }

        /// Where a finding about the section as a whole belongs.
        var location: SourceLocation? { node?.location }
    }

    var problems = DiagnosticList()
    var files: FileAccess
    let kinds: [ProviderKind]
    /// Where relative paths start, with a slash at its end.
    let folder: String
    /// See ``EarlierGatewayUpgrade/openAIUpstreams``.
    let openAIUpstreams: Set<String>
    /// What is wrong with limits and budgets.
    let ruleCheck: RuleCheck

    init(
        files: FileAccess, kinds: [ProviderKind], folder: String, openAIUpstreams: Set<String>, ruleCheck: RuleCheck
    ) {
        self.files = files
        self.kinds = kinds
        self.folder = folder
        self.openAIUpstreams = openAIUpstreams
        self.ruleCheck = ruleCheck
    }

    /// Decodes the whole document.
    mutating func decode(_ root: ConfigurationNode) -> GatewayConfiguration {
        let document = Section(node: root, path: .root)
        var result = GatewayConfiguration()
        result.server = server(document.section("server"))
        result.logging = logging(document.section("logging"))
        result.storage = storage(document.section("storage"))
        result.ledger = ledger(document.section("ledger"))
        result.capture = capture(document.section("capture"))
        result.outbound = outbound(document.section("outbound"))
        result.providers = providers(document.section("providers"))
        let names = KnownNames(
            providers: ProviderNames(result.providers),
            models: ModelNames((document.node?["models"]?.entries ?? []).map(\.key))
        )
        result.models = models(document.section("models"), names)
        result.routes = routes(document.section("routes"), names)
        result.auth = auth(document.section("auth"))
        result.prices = prices(document.section("prices"), names.providers)
        result.unknownPrice = choice("unknown_price", of: document) ?? result.unknownPrice
        result.limits = limits(document.section("limits"))
        checkConsistency(result, document)
        checkStorage(result, document)
        checkLedger(result, document)
        checkCapture(result, document)
        warnAboutOpenDoor(result, document)
        return result
    }

    private mutating func logging(_ section: Section) -> LoggingConfiguration {
        var result = LoggingConfiguration()
        result.level = choice("level", of: section) ?? result.level
        result.format = choice("format", of: section) ?? result.format
        return result
    }

    private mutating func outbound(_ section: Section) -> OutboundConfiguration {
        var result = OutboundConfiguration()
        result.proxy = value("proxy", of: section, "a proxy like http://proxy.example.com:3128") { ProxyURL($0) }
        result.proxy = result.proxy.map { unmasked($0, section.path.key("proxy"), section.node?["proxy"]?.location) }
        var items: [String] = []
        for (text, path, node) in texts("no_proxy", of: section) {
            if ProxyBypass.isItem(text) {
                items.append(text)
            } else if node.location.isEnvironment {
                // NO_PROXY is shared with programs that know other forms.
                problems.warning(
                    "\(FoundText.sanitized(text)) is no host, domain or range; it is skipped", at: path, node.location)
            } else {
                mismatch("a host, domain or range like .example.com or 10.0.0.0/8", node, path)
            }
        }
        result.noProxy = ProxyBypass(items)
        result.certificateAuthorities = file("ca", of: section)
        return result
    }

    private mutating func warnAboutOpenDoor(_ result: GatewayConfiguration, _ document: Section) {
        guard !result.auth.isRequired, !result.server.listen.isLoopback else { return }
        let section = document.section("auth")
        problems.warning(
            "no key is needed, and \(result.server.listen) can be reached from other machines: anyone there can "
                + "spend your money; set it to true, or listen on 127.0.0.1",
            at: section.path.key("required"),
            section.node?["required"]?.location
        )
    }
}
