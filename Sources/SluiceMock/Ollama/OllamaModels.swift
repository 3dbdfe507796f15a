import SluiceWire

/// `GET /api/tags`, `GET /api/version` and `POST /api/show`.
enum OllamaModels {
    static let version = "0.13.0"

    static func tags() -> [UInt8] {
        .json(capacity: 4096) { json in
            json.array("models") { json in
                for name in Models.names {
                    json.object { json in
                        json.member("name", name)
                        json.member("model", name)
                        json.member("modified_at", OllamaReply.createdAt)
                        json.member("size", 1_000_000)
                        json.member("digest", digest(of: name))
                        writeDetails(to: &json)
                    }
                }
            }
        }
    }

    static func show() -> [UInt8] {
        .json { json in
            json.member("license", "")
            json.member("modelfile", "FROM mock")
            json.member("parameters", "")
            json.member("template", "{{ .Prompt }}")
            writeDetails(to: &json)
            json.object("model_info") { json in
                json.member("general.architecture", "mock")
                json.member("mock.context_length", 131_072)
                json.member("mock.embedding_length", 256)
            }
            json.array("capabilities") { json in
                for name in ["completion", "tools", "thinking", "vision", "embedding"] { json.string(name) }
            }
            json.member("modified_at", OllamaReply.createdAt)
        }
    }

    private static func digest(of name: String) -> String {
        let seed = DeterministicHash.of(name.utf8)
        let digits = (0..<3).map { DeterministicHash.digits(seed, $0) }.joined()
        return String(digits.prefix(64))
    }

    private static func writeDetails(to json: inout JSONWriter) {
        json.object("details") { json in
            json.member("parent_model", "")
            json.member("format", "gguf")
            json.member("family", "mock")
            json.array("families") { $0.string("mock") }
            json.member("parameter_size", "1M")
            json.member("quantization_level", "Q8_0")
        }
    }
}
