import SluiceWire

/// Vectors in the types that Cohere's models give them in.
enum CohereEmbed {
    /// Writes one vector for each text: numbers, or for `base64` a text of little-endian floats.
    static func write(_ texts: [String], _ type: String, dimensions: Int, to json: inout JSONWriter) {
        json.beginArray()
        for text in texts {
            let vector = Embeddings.vector(for: text, dimensions: dimensions)
            if type == "base64" {
                json.string(Base64.encode(Embeddings.littleEndian(vector)))
            } else {
                write(vector, type, to: &json)
            }
        }
        json.endArray()
    }

    private static func write(_ vector: [Float], _ type: String, to json: inout JSONWriter) {
        json.beginArray()
        switch type {
        case "int8": for number in vector { json.integer(Int((number * 127).rounded())) }
        case "uint8": for number in vector { json.integer(Int(((number + 1) * 127.5).rounded())) }
        case "binary", "ubinary":
            // Eight signs to a byte, the first in the highest bit.
            for start in stride(from: 0, to: vector.count, by: 8) {
                let byte = vector[start..<min(start + 8, vector.count)].enumerated()
                    .reduce(0) { $0 | ($1.element > 0 ? 0x80 >> $1.offset : 0) }
                json.integer(type == "binary" ? byte - 128 : byte)
            }
        default: for number in vector { json.numberText(number.description) }
        }
        json.endArray()
    }
}
