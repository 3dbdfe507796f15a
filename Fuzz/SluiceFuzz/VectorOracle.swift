import SluiceWire

/// Embedding and rerank bodies are read without a trap, and what is written of them is JSON.
enum VectorOracle {
    static func check(_ input: [UInt8]) -> String? {
        for dialect in Dialect.allCases {
            if let codec = DialectRegistry.rerank(dialect) {
                _ = codec.readError(status: 500, body: input, header: { _ in nil })
            }
        }
        guard let document = try? JSONDocument(parsing: input) else { return nil }
        return self.embeddings(document) ?? self.ranks(document)
    }

    private static func embeddings(_ document: JSONDocument) -> String? {
        for client in Dialect.allCases {
            guard let codec = DialectRegistry.embedding(client) else { continue }
            var context = EmbeddingContext(model: "m")
            guard let request = try? codec.readRequest(document, &context) else { continue }
            for target in Dialect.allCases {
                guard let other = DialectRegistry.embedding(target) else { continue }
                var asking = EmbeddingContext(model: "m")
                if let body = try? other.writeRequest(request, &asking), (try? JSONDocument(parsing: body)) == nil {
                    return "an embedding request is no JSON in \(target)"
                }
                guard let response = try? other.readResponse(document, to: request, &asking),
                    let answer = try? codec.writeResponse(response, to: request, &context)
                else { continue }
                if (try? JSONDocument(parsing: answer)) == nil { return "vectors are no JSON in \(client)" }
            }
        }
        return nil
    }

    private static func ranks(_ document: JSONDocument) -> String? {
        for client in Dialect.allCases {
            guard let codec = DialectRegistry.rerank(client) else { continue }
            var context = RerankContext(model: "m", requestID: "r")
            guard let request = try? codec.readRequest(document, &context) else { continue }
            for target in Dialect.allCases {
                guard let other = DialectRegistry.rerank(target) else { continue }
                var asking = RerankContext(model: "m", requestID: "r")
                if let body = try? other.writeRequest(request, &asking), (try? JSONDocument(parsing: body)) == nil {
                    return "a rerank request is no JSON in \(target)"
                }
                guard let response = try? other.readResponse(document, to: request, &asking),
                    let answer = try? codec.writeResponse(response, to: request, &context)
                else { continue }
                if (try? JSONDocument(parsing: answer)) == nil { return "ranks are no JSON in \(client)" }
            }
        }
        return nil
    }
}
