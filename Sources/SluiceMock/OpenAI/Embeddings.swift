import SluiceWire

/// `POST /v1/embeddings`: unit vectors that depend on the input alone.
///
/// Source: OpenAI API reference and SDK types, embeddings (read 2026-11).
enum Embeddings {
    static let request = RecordShape(
        .required("model", .string),
        .required("input", input),
        .optional("dimensions", .integer(1...65_536)),
        .optional("encoding_format", .word(["float", "base64"])),
        .optional("user", .string)
    )

    private static let token = Shape.integer(0...Int.max)
    private static let input = Shape.either([
        .string, .array(of: .either([.string, token, .array(of: token, count: 1...2048)]), count: 1...2048),
    ])
    private static let defaultDimensions = 256
    /// The most numbers in one reply: 64 MiB of base64.
    private static let mostNumbers = 12_582_912

    static func reply(_ root: JSONNode, model: String, usage: Behaviour.UsageStyle) throws(RequestFault) -> [UInt8] {
        let inputs = TextInput.read(root["input"])
        if let index = inputs.firstIndex(where: { $0.bytes == 0 }) {
            throw .invalid("input", "is empty at \(index)")
        }
        let dimensions = root["dimensions"]?.intValue ?? defaultDimensions
        guard inputs.count * dimensions <= mostNumbers else {
            throw .invalid("dimensions", "asks for more than \(mostNumbers) numbers in one reply")
        }
        let isBase64 = root["encoding_format"]?.stringValue == "base64"
        let tokens = inputs.reduce(0) { $0 + max(1, ($1.bytes + 3) / 4) }
        return .json(capacity: inputs.count * dimensions * 6 + 256) { json in
            json.member("object", "list")
            json.array("data") { json in
                for (index, input) in inputs.enumerated() {
                    let vector = Self.vector(for: input.text, dimensions: dimensions)
                    json.object { json in
                        json.member("object", "embedding")
                        json.member("index", index)
                        if isBase64 {
                            json.member("embedding", Base64.encode(littleEndian(vector)))
                        } else {
                            json.array("embedding") { json in
                                for number in vector { json.numberText(number.description) }
                            }
                        }
                    }
                }
            }
            json.member("model", model)
            switch usage {
            case .absent: break
            case .null: json.memberNull("usage")
            case .normal, .inLastChunk:
                json.object("usage") { json in
                    json.member("prompt_tokens", tokens)
                    json.member("total_tokens", tokens)
                }
            }
        }
    }

    /// A vector of length 1 whose direction is drawn from the text's hash.
    static func vector(for text: String, dimensions: Int) -> [Float] {
        let seed = DeterministicHash.of(text.utf8)
        var vector = (0..<dimensions).map { index in
            Float(Int32(truncatingIfNeeded: DeterministicHash.mix(seed, index))) / Float(Int32.max)
        }
        let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return vector }
        for index in vector.indices { vector[index] /= length }
        return vector
    }

    static func littleEndian(_ vector: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for number in vector {
            let bits = number.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return bytes
    }
}
