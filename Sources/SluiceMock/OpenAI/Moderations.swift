import SluiceWire

/// `POST /v1/moderations`: flags an input that holds the word `forbidden`.
///
/// Source: OpenAI API reference and SDK types, moderations (read 2026-11).
enum Moderations {
    static let request = RecordShape(
        .optional("model", .string),
        .required(
            "input",
            .either([
                .string,
                .array(
                    of: .either([
                        .string,
                        .tagged(
                            by: "type",
                            [
                                "text": RecordShape(.required("type", .string), .required("text", .string)),
                                "image_url": RecordShape(
                                    .required("type", .string),
                                    .required("image_url", .fields(.required("url", .string)))),
                            ]),
                    ]), count: 1...2048),
            ]))
    )

    private static let categories = [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
        "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
    ]

    static func reply(_ root: JSONNode, model: String) -> [UInt8] {
        let input = root["input"]
        // A list of parts is one input; a list of strings is as many.
        let texts: [String] =
            if input?[0]?.kind == .object {
                [PromptText.text(of: input, limit: PromptText.beginningBytes)]
            } else {
                TextInput.read(input).map(\.text)
            }
        let seed = DeterministicHash.of(texts.joined(separator: "\n").utf8)
        return .json(capacity: 1024) { json in
            json.member("id", "modr-" + DeterministicHash.digits(seed))
            json.member("model", model)
            json.array("results") { json in
                for text in texts { writeResult(isFlagged(text), to: &json) }
            }
        }
    }

    static func isFlagged(_ text: String) -> Bool {
        text.prefix(65_536).lowercased().split { !$0.isLetter }.contains("forbidden")
    }

    private static func writeResult(_ isFlagged: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("flagged", isFlagged)
            json.object("categories") { json in
                for name in categories {
                    json.key(name)
                    json.bool(isFlagged && name == "violence")
                }
            }
            json.object("category_scores") { json in
                for name in categories {
                    json.key(name)
                    json.double(isFlagged && name == "violence" ? 0.97 : 0.0001)
                }
            }
            json.object("category_applied_input_types") { json in
                for name in categories {
                    json.key(name)
                    json.beginArray()
                    if isFlagged, name == "violence" { json.string("text") }
                    json.endArray()
                }
            }
        }
    }
}
