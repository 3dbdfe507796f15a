extension BodyForm {
    /// The frames of an AWS event stream as server-sent events, which can be read, and in which a text can be replaced: a frame has
    /// checksums. What is no frame any more, as behind a cut, is left out.
    public static func events(ofFrames body: [UInt8]) -> [UInt8] {
        var parser = AWSEventStreamParser()
        var events: [UInt8] = []
        var offset = 0
        let span = body.span
        while let frame = try? parser.next(in: span, at: &offset) {
            parser.withFrame(frame, in: span) { headers, payload in
                if let name = AWSEventStreamHeaders.string(":event-type", in: headers) {
                    events += Array("event: \(name)\n".utf8)
                }
                events += Array("data: ".utf8)
                for index in payload.indices { events.append(payload[index]) }
                events += Array("\n\n".utf8)
            }
        }
        return events
    }
}
