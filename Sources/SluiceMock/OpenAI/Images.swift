import SluiceWire

/// `POST /v1/images/generations`, `edits` and `variations`: one small picture, as often as asked.
///
/// Source: OpenAI API reference and SDK types, images (read 2026-11).
enum Images {
    static let request = RecordShape(
        .optional("model", .string),
        .required("prompt", .string),
        .optional("background", .word(["transparent", "opaque", "auto"])),
        .optional("complexity", .word(["low", "medium", "high"])),
        .optional("frame_count", OpenAIShapes.positive),
        .optional("frame_duration_ms", OpenAIShapes.positive),
        .optional("moderation", .word(["low", "auto"])),
        .optional("n", .integer(1...10)),
        .optional("output_compression", .integer(0...100)),
        .optional("output_format", .word(["png", "jpeg", "webp", "gif", "svg"])),
        .optional("partial_images", .integer(0...3)),
        .optional("quality", .word(["standard", "hd", "low", "medium", "high", "xhigh", "max", "auto"])),
        .optional("response_format", .word(["url", "b64_json"])),
        .optional("safety_identifier", .string),
        .optional("size", .string),
        .optional("stream", .boolean),
        .optional("style", .word(["vivid", "natural"])),
        .optional("svg", .object),
        .optional("user", .string)
    )

    /// The fields of the form of `edits`; `variations` has no `prompt` and no `mask`.
    static let formFields: Set<String> = [
        "model", "prompt", "image", "image[]", "mask", "background", "complexity", "frame_count", "frame_duration_ms",
        "input_fidelity", "markup", "moderation", "n", "output_compression", "output_format", "quality",
        "response_format", "safety_identifier", "size", "style", "user",
    ]

    /// A PNG of one grey pixel.
    static let picture: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00,
        0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72,
        0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    static func reply(prompt: String, count: Int, asURL: Bool) -> [UInt8] {
        let seed = DeterministicHash.of(prompt.utf8)
        let tokens = max(1, (prompt.utf8.count + 3) / 4)
        return .json { json in
            json.member("created", ChatReply.created)
            json.array("data") { json in
                for index in 0..<count {
                    json.object { json in
                        if asURL {
                            json.member("url", "https://mock.invalid/\(DeterministicHash.digits(seed, index)).png")
                        } else {
                            json.member("b64_json", Base64.encode(picture))
                        }
                    }
                }
            }
            json.object("usage") { json in
                json.member("total_tokens", tokens + count)
                json.member("input_tokens", tokens)
                json.member("output_tokens", count)
                json.object("input_tokens_details") { json in
                    json.member("text_tokens", tokens)
                    json.member("image_tokens", 0)
                }
            }
        }
    }
}
