import SluiceWire
import Testing

@Suite("Every pair of dialects")
struct EveryPairTests {
    @Test("a request means the same in every dialect that can carry it", arguments: Corpus.cases)
    func requests(each: Corpus.Case) throws {
        guard let bytes = each.request, Corpus.clients.contains(each.dialect) else { return }
        let request = try Corpus.read(bytes, as: each.dialect)
        for target in Corpus.targets {
            var writing = Corpus.writing(target)
            if target.dialect == each.dialect { writing.capabilities = Corpus.everything }
            let body: [UInt8]
            do throws(ConversionError) {
                body = try Corpus.codec(target.dialect).writeRequest(request, &writing)
            } catch {
                // What a target cannot do is refused with the field at fault; what makes sense is never called senseless.
                #expect(error.kind == .unsupported, "\(target.dialect): \(error.message)")
                #expect(error.field != nil, "\(target.dialect): \(error.message)")
                #expect(target.dialect != each.dialect, "\(error.message)")
                continue
            }
            let document = try JSONDocument(parsing: body)
            #expect(document.root.kind == .object)
            if target.dialect == each.dialect {
                // Thoughts in a conversation may be another vendor's.
                let dropped = writing.losses.all.filter { $0.kind == .dropped && $0.field != "thinking" }
                #expect(dropped.isEmpty, "\(dropped)")
            }
            guard Corpus.clients.contains(target.dialect) else { continue }
            let back = try Corpus.read(body, as: target.dialect)
            let wanted = Gist(request)
            let found = Gist(back)
            #expect(found.calls == wanted.calls, "\(target.dialect)")
            // A choice among tools leaves out the others where the target cannot choose.
            if request.toolChoice == nil || request.toolChoice == .auto {
                let functions = request.tools.filter { if case .hosted = $0.kind { false } else { true } }.map(\.name)
                #expect(found.tools.filter { functions.contains($0) } == functions, "\(target.dialect)")
            }
            // Adapted system texts, schemas as instructions and media notes may add text; none may be missing.
            let all = (found.texts + found.results).joined(separator: "\n")
            for text in wanted.texts { #expect(all.contains(text), "\(target.dialect) lost \(text)") }
        }
    }

    @Test("a whole answer and its stream mean the same in every client's dialect", arguments: Corpus.cases)
    func answers(each: Corpus.Case) throws {
        var whole: NeutralResponse?
        if let bytes = each.response {
            var reading = Corpus.reading()
            let document = try JSONDocument(parsing: bytes)
            do throws(ConversionError) {
                whole = try Corpus.codec(each.dialect).readResponse(document, &reading)
            } catch {
                // Errors that came with a status of success.
                #expect(error.kind == .malformedAnswer)
            }
        }
        var streamed: NeutralResponse?
        if let bytes = each.stream {
            streamed = Self.assemble(bytes, Corpus.codec(each.dialect).makeStreamReader(Corpus.reading()))
        }
        for client in Corpus.clients {
            // What cannot be used is an error to all other vendors' clients.
            for response in [whole, streamed].compactMap({ $0 }) where response.finish.reason != .malformedOutput {
                let codec = Corpus.codec(client)
                var writing = Corpus.answering()
                let body = try codec.writeResponse(response, &writing)
                var reading = Corpus.reading()
                let back = try codec.readResponse(JSONDocument(parsing: body), &reading)
                #expect(Gist(back) == Gist(response), "\(client), whole")
                if let usage = response.usage, client != .ollama {
                    #expect(back.usage?.promptTokens == usage.promptTokens, "\(client)")
                    #expect(back.usage?.completionTokens == usage.completionTokens, "\(client)")
                }
                var writer = codec.makeStreamWriter(Corpus.answering())
                var stream: [UInt8] = []
                for event in response.events { writer.write(event, into: &stream) }
                let assembled = Self.assemble(stream, codec.makeStreamReader(Corpus.reading()))
                #expect(assembled != nil, "\(client), streamed")
                if let assembled {
                    #expect(Gist(assembled) == Gist(response), "\(client), streamed")
                    #expect(assembled.finish.reason == back.finish.reason, "\(client), streamed")
                    if client != .ollama {
                        #expect(assembled.usage?.totalTokens == back.usage?.totalTokens, "\(client), streamed")
                    }
                }
            }
        }
    }

    @Test("a stream cut anywhere is finished in no client's dialect", arguments: Corpus.cases)
    func cuts(each: Corpus.Case) throws {
        guard let bytes = each.stream else { return }
        let points = stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40))
        for end in points {
            var reader = Corpus.codec(each.dialect).makeStreamReader(Corpus.reading())
            var events: [NeutralEvent] = []
            let beginning = Array(bytes[..<end])
            reader.read(beginning.span, into: &events)
            var isFinished = events.contains { if case .finish = $0 { true } else { false } }
            reader.finish(into: &events)
            isFinished = isFinished || events.contains { if case .finish = $0 { true } else { false } }
            #expect(isFinished || !events.contains(.end), "cut at \(end)")
        }
    }

    @Test("an error ends a stream in every dialect, and nothing comes after it")
    func errors() {
        for client in Corpus.clients {
            var writer = Corpus.codec(client).makeStreamWriter(Corpus.answering())
            var output: [UInt8] = []
            writer.write(.start(NeutralStart(id: "i", model: "m")), into: &output)
            writer.write(.partStart(index: 0, .text), into: &output)
            writer.write(.delta(index: 0, "half"), into: &output)
            writer.write(.error(NeutralError(.overloaded, message: "Overloaded.")), into: &output)
            let count = output.count
            for event: NeutralEvent in [.delta(index: 0, "more"), .finish(NeutralFinish(.stop)), .end, .ping] {
                writer.write(event, into: &output)
            }
            #expect(output.count == count, "\(client)")
            var events: [NeutralEvent] = []
            var reader = Corpus.codec(client).makeStreamReader(Corpus.reading())
            reader.read(output.span, into: &events)
            reader.finish(into: &events)
            #expect(!events.contains(.end), "\(client)")
            #expect(events.contains { if case .error = $0 { true } else { false } }, "\(client)")
        }
    }

    private static func assemble(_ bytes: [UInt8], _ reader: any ChatStreamReader) -> NeutralResponse? {
        var reader = reader
        var events: [NeutralEvent] = []
        reader.read(bytes.span, into: &events)
        reader.finish(into: &events)
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }
}
