import SluiceWire

/// `POST /v1/audio/speech`, `transcriptions` and `translations`.
///
/// Source: OpenAI API reference and SDK types, audio (read 2026-11).
enum Audio {
    static let speech = RecordShape(
        .required("model", .string),
        .required("input", .string),
        .required("voice", .either([.string, .fields(.required("id", .string))])),
        .optional("instructions", .string),
        .optional("response_format", .word(["mp3", "opus", "aac", "flac", "wav", "pcm"])),
        .optional("speed", .number(0.25...4)),
        .optional("stream_format", .word(["audio"]))
    )

    /// The fields of the form of `transcriptions`, and of `translations`, which takes fewer.
    static let formFields: Set<String> = [
        "file", "model", "language", "prompt", "response_format", "temperature", "timestamp_granularities[]",
        "include[]",
        "chunking_strategy", "keywords", "keywords[]", "known_speaker_names[]", "known_speaker_references[]",
        "languages[]",
    ]

    static func contentType(_ format: String?) -> String {
        switch format {
        case "opus": "audio/ogg"
        case "aac": "audio/aac"
        case "flac": "audio/flac"
        case "wav": "audio/wav"
        case "pcm": "audio/pcm"
        default: "audio/mpeg"
        }
    }

    /// Bytes that stand for speech: 256 for each byte of text, every value among them, the same for the same text.
    static func sound(for text: String) -> [UInt8] {
        let seed = DeterministicHash.of(text.utf8)
        let count = 256 * max(1, min(text.utf8.count, 4096))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in 0..<(count / 8) {
            let word = DeterministicHash.mix(seed, index)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }

    /// What a recording says: its size.
    static func transcript(fileBytes: Int) -> String {
        "This is the mock model. I heard \(fileBytes) bytes."
    }

    /// The reply in the format that was asked for, with its content type.
    static func transcription(fileBytes: Int, format: String?, task: String) -> (contentType: String, body: [UInt8]) {
        let text = transcript(fileBytes: fileBytes)
        switch format {
        case "text":
            return ("text/plain; charset=utf-8", Array((text + "\n").utf8))
        case "srt":
            return ("text/plain; charset=utf-8", Array("1\n00:00:00,000 --> 00:00:02,000\n\(text)\n\n".utf8))
        case "vtt":
            return ("text/vtt; charset=utf-8", Array("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n\(text)\n\n".utf8))
        case "verbose_json":
            return (
                "application/json",
                .json { json in
                    json.member("task", task)
                    json.member("language", "english")
                    json.member("duration", 2)
                    json.member("text", text)
                    json.array("segments") { _ in }
                }
            )
        default:
            return (
                "application/json",
                .json { json in
                    json.member("text", text)
                    json.object("usage") { json in
                        json.member("type", "duration")
                        json.member("seconds", 2)
                    }
                }
            )
        }
    }
}
