import SluiceWire

/// The texts that the benchmark reads.
enum Samples {
    /// A chat request of about `size` bytes: a conversation in paragraphs, with escapes as real text has them.
    static func chatRequest(size: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: size + 2048)
        writer.beginObject()
        writer.key("model")
        writer.string("gpt-4o-mini")
        writer.key("messages")
        writer.beginArray()
        var turn = 0
        while writer.bytes.count < size - 300 {
            writer.beginObject()
            writer.key("role")
            writer.string(turn % 2 == 0 ? "user" : "assistant")
            writer.key("content")
            var text = ""
            let wanted = min(2_000, size - writer.bytes.count - 200)
            while text.utf8.count < wanted {
                text += "The quick brown fox jumps over the lazy dog, and nobody in the office is surprised by it. "
                text += "A second sentence follows with \"quoted words\" in it.\n"
            }
            writer.string(text)
            writer.endObject()
            turn += 1
        }
        writer.endArray()
        writer.key("temperature")
        writer.numberText("0.7")
        writer.key("max_tokens")
        writer.integer(512)
        writer.key("stream")
        writer.bool(true)
        writer.endObject()
        return writer.take()
    }

    static let smallRequest: [UInt8] =
        Array(
            #"{"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are a helpful assistant."},"#.utf8
        )
        + Array(
            #"{"role":"user","content":"What is the capital of France? Answer in one word, please."}],"temperature":0.2,"#
                .utf8
        ) + Array(#""max_tokens":16,"stream":false,"user":"u"}"#.utf8)

    static let chunk: [UInt8] =
        Array(
            #"{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion.chunk","created":1763683200,"#
                .utf8
        )
        + Array(
            #""model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0123456789","#.utf8
        ) + Array(#""choices":[{"index":0,"delta":{"content":" hello"},"logprobs":null,"finish_reason":null}]}"#.utf8)

    static let responsesEvent: [UInt8] =
        Array(
            #"{"type":"response.output_text.delta","sequence_number":12,"item_id":"msg_0123456789abcdef0123456789","#
                .utf8
        ) + Array(#""output_index":0,"content_index":0,"delta":" hello","logprobs":[],"obfuscation":"x8Zq"}"#.utf8)

    static let usage: [UInt8] =
        Array(
            #"{"prompt_tokens":1234,"completion_tokens":567,"total_tokens":1801,"prompt_tokens_details":{"cached_tokens""#
                .utf8
        )
        + Array(
            #":1024,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":320,"audio_tokens":0}}"#.utf8)

    /// `count` events of the chunk above, as they come from a server.
    static func stream(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { SSEWriter.append(data: chunk.span, to: &bytes) }
        return bytes
    }

    /// A reply of about `size` bytes whose content is one long string.
    static func reply(size: Int) -> [UInt8] {
        var bytes = Array(
            #"{"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":[{"message":{"content":""#.utf8)
        let sentence = Array(#"The quick brown fox jumps over the lazy dog, and \"nobody\" is surprised by it.\n"#.utf8)
        while bytes.count < size { bytes.append(contentsOf: sentence) }
        bytes.append(contentsOf: Array(#""},"finish_reason":"stop"}],"usage":"#.utf8))
        bytes.append(contentsOf: usage)
        bytes.append(0x7D)
        return bytes
    }

    /// An embeddings reply of `count` vectors of 1536 floats: nothing but numbers.
    static func embeddings(_ count: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: count * 1536 * 14)
        writer.beginObject()
        writer.key("object")
        writer.string("list")
        writer.key("data")
        writer.beginArray()
        for index in 0..<count {
            writer.beginObject()
            writer.key("index")
            writer.integer(index)
            writer.key("embedding")
            writer.beginArray()
            for position in 0..<1536 { writer.numberText("-0.0\(12_345 + position * 7)") }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.key("usage")
        writer.raw(usage.span)
        writer.endObject()
        return writer.take()
    }

    /// The chat request in indented form with Chinese text, for the other side of the scanner.
    static func chineseRequest(size: Int) -> [UInt8] {
        var bytes = Array("{\n  \"model\": \"m\",\n  \"messages\": [\n    {\"role\": \"user\", \"content\": \"".utf8)
        let sentence = Array("敏捷的棕色狐狸跳过了懒狗，办公室里没有人对此感到惊讶。".utf8)
        while bytes.count < size { bytes.append(contentsOf: sentence) }
        bytes.append(contentsOf: Array("\"}\n  ]\n}\n".utf8))
        return bytes
    }
}
