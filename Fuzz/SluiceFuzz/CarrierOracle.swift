import SluiceWire

/// Any id is read, and what is read can be carried again and is itself again.
enum CarrierOracle {
    static func check(_ input: [UInt8]) -> String? {
        let text = JSONString(utf8: input)
        var losses = ConversionLosses()
        let decoded = ToolCallCarrier.decode(text, seal: FuzzSeal(), losses: &losses)
        let encoded = ToolCallCarrier.encode(decoded.id, thoughts: decoded.thoughts, seal: FuzzSeal(), losses: &losses)
        let again = ToolCallCarrier.decode(JSONString(encoded), seal: FuzzSeal(), losses: &losses)
        if again.id != decoded.id { return "an id is not itself again" }
        if losses.isEmpty, again.thoughts != decoded.thoughts { return "thoughts are not themselves again" }
        if !encoded.utf8.allSatisfy({ ToolCallCarrier.isPlain($0) }) { return "an id of another alphabet" }
        _ = ThinkingCarrier.thoughts(in: text, seal: FuzzSeal())
        let fitted = ToolCallCarrier.fit(text.text, limit: 40, allows: ToolCallCarrier.isPlain)
        return fitted.utf8.count <= 40 && !fitted.isEmpty ? nil : "an id that does not fit"
    }
}
