/// What of a vendor's seals a client of Converse is given, so that it brings them back.
struct BedrockSealing {
    let seal: any CarrierSeal
    var losses = ConversionLosses()

    init(_ seal: any CarrierSeal) {
        self.seal = seal
    }

    /// The `signature` of thoughts; `nil` when it is too long to travel.
    mutating func signature(_ signature: NeutralSignature) -> JSONString? {
        if let token = ThinkingCarrier.token(for: signature, seal: seal) { return token }
        if signature.origin.dialect == .bedrock { return signature.value }
        losses.drop("thinking")
        return nil
    }

    /// The `redactedContent` of thoughts: a blob, so that a token stands in it as its bytes.
    mutating func redacted(_ signature: NeutralSignature) -> JSONString? {
        if let token = ThinkingCarrier.token(for: signature, seal: seal) { return BedrockBlob.encode(token.utf8) }
        if signature.origin.dialect == .bedrock { return signature.value }
        losses.drop("thinking")
        return nil
    }

    /// The `toolUseId` of a call, with the seal over the call. SDKs check neither its length nor its alphabet.
    mutating func identifier(_ id: String, _ signature: NeutralSignature?) -> String {
        let thoughts = signature.map { [ThinkingCarrier.Thought(text: nil, signature: $0)] } ?? []
        return ToolCallCarrier.encode(id, thoughts: thoughts, seal: seal, losses: &losses)
    }
}
