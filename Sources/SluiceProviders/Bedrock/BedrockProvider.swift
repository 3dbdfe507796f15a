import SluiceCore
import SluiceWire

/// Amazon Bedrock's runtime: Converse, its stream, its token count, and InvokeModel for embeddings.
///
/// A key of Bedrock's own goes as a bearer token; AWS's keys sign each request. A model is an identifier, an inference
/// profile or an ARN, and one segment of the path whatever is in it.
/// Source: Amazon Bedrock API Reference, "Amazon Bedrock Runtime" (read 2026-11).
final class BedrockProvider: Provider {
    static let row = CatalogRow(
        "bedrock", nil, [.converse, .converseStream, .bedrockCountTokens, .invokeModel]
    ) {
        $0.dialect = .bedrock
        $0.regionalBaseURL = { "https://\(AWSRegion.host("bedrock-runtime", region: $0))" }
        $0.key = .optional
        $0.keyVariables = ["AWS_BEARER_TOKEN_BEDROCK"]
        $0.region = .required
        $0.regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        $0.credentials = .aws
        $0.witnessVariables = [
            "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ]
        $0.paths = [
            .converse: "/model/{model}/converse", .converseStream: "/model/{model}/converse-stream",
            .bedrockCountTokens: "/model/{model}/count-tokens", .invokeModel: "/model/{model}/invoke",
        ]
        $0.forwardedHeaders = ["x-amzn-bedrock-trace"]
        $0.patterns = [
            "anthropic.*", "amazon.*", "meta.*", "mistral.*", "cohere.*", "ai21.*", "deepseek.*", "openai.*", "qwen.*",
            "writer.*", "us.*", "us-gov.*", "eu.*", "apac.*", "jp.*", "au.*", "ca.*", "global.*", "arn:aws*",
        ]
    }

    private let parts: ProviderParts
    private let keys: ProviderKeys
    private let hasKeys: Bool
    private let store: CredentialStore?
    private let signer: SigV4Signer?

    var name: String { self.parts.name }
    var kind: String { self.parts.kind }
    var dialect: Dialect { self.parts.dialect }
    var endpoint: Endpoint { self.parts.endpoint }
    var forwardedHeaders: HeaderAllowList { self.parts.forwardedHeaders }
    var commonHeaders: HeaderAllowList { self.parts.commonHeaders }
    var takesStreamUsage: Bool { self.parts.takesStreamUsage }
    var credentialIdentities: [UInt64] { self.keys.identities }
    var signsRequests: Bool { !self.hasKeys }

    init(_ settings: ProviderSettings) {
        self.parts = ProviderParts(settings, row: Self.row)
        self.keys = ProviderKeys(settings.keys, prefix: "Bearer ")
        self.hasKeys = !settings.keys.isEmpty
        self.store = settings.credentials
        let region = settings.region ?? AWSRegion.region(ofHost: settings.endpoint.host)
        self.signer = region.map { SigV4Signer(region: $0, service: "bedrock") }
    }

    func address(surface: Surface, model: String, credential: Int) -> ProviderAddress? {
        guard let target = self.parts.target(surface, model: model) else { return nil }
        var headers = self.parts.fixedHeaders
        if let key = self.keys[credential] { headers.append(("authorization", key)) }
        return ProviderAddress(target: target, headers: headers)
    }

    func surface(for operation: Operation, isStreaming: Bool) -> Surface? {
        self.parts.surface(for: operation, isStreaming: isStreaming)
    }

    func capabilities(of model: String) -> ModelCapabilities {
        self.parts.capabilities(of: model)
    }

    func prepareCredentials() async throws(GatewayError) {
        if self.hasKeys { return }
        guard let store = self.store else { throw self.missing }
        try await store.prepare()
    }

    func signature(of request: UnsignedRequest) throws(GatewayError) -> [(name: String, value: String)] {
        if self.hasKeys { return [] }
        guard let signer = self.signer else {
            throw GatewayError(.upstreamCredentials, "The provider \(self.name) has no region; set region.")
        }
        guard let store = self.store else { throw self.missing }
        guard case .aws(let credentials) = store.value else { throw store.error() }
        return signer.headers(for: request, with: credentials)
    }

    func leaksCredential(_ text: String) -> Bool {
        self.keys.isIn(text) || self.store?.isIn(text) ?? false
    }

    private var missing: GatewayError {
        GatewayError(.upstreamCredentials, "No credentials for the provider \(self.name); write api_key or AWS's keys.")
    }
}
