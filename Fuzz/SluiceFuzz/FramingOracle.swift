import SluiceWire

/// Framing gives the same pieces however the bytes are split.
enum FramingOracle {
    static func checkEventStream(_ input: [UInt8]) -> String? {
        let whole = self.frames(input, step: input.count)
        for step in [1, 3, 64] where self.frames(input, step: step) != whole {
            return "pieces of \(step) bytes give other frames"
        }
        return nil
    }

    /// Each frame's headers and payload, and in the end whether the stream broke.
    private static func frames(_ input: [UInt8], step: Int) -> [[UInt8]] {
        var parser = AWSEventStreamParser()
        var frames: [[UInt8]] = []
        var start = 0
        do throws(AWSEventStreamError) {
            while start < input.count {
                let end = min(input.count, start + max(1, step))
                let chunk = Array(input[start..<end])
                var offset = 0
                while let frame = try parser.next(in: chunk.span, at: &offset) {
                    parser.withFrame(frame, in: chunk.span) { headers, payload in
                        _ = AWSEventStreamHeaders.all(in: headers)
                        frames.append(headers.withUnsafeBufferPointer { Array($0) })
                        frames.append(payload.withUnsafeBufferPointer { Array($0) })
                    }
                }
                start = end
            }
        } catch {
            frames.append([0xFF])
        }
        return frames
    }

    static func checkNDJSON(_ input: [UInt8]) -> String? {
        let whole = self.lines(input, step: input.count)
        for step in [1, 3, 64] where self.lines(input, step: step) != whole {
            return "pieces of \(step) bytes give other lines"
        }
        return nil
    }

    private static func lines(_ input: [UInt8], step: Int) -> [[UInt8]] {
        var parser = NDJSONParser()
        var lines: [[UInt8]] = []
        var start = 0
        while start < input.count {
            let end = min(input.count, start + max(1, step))
            let chunk = Array(input[start..<end])
            var offset = 0
            while let line = parser.next(in: chunk.span, at: &offset) {
                lines.append(parser.withBytes(of: line, in: chunk.span) { $0.withUnsafeBufferPointer { Array($0) } })
            }
            start = end
        }
        if let line = parser.finish() {
            let nothing: [UInt8] = []
            lines.append(parser.withBytes(of: line, in: nothing.span) { $0.withUnsafeBufferPointer { Array($0) } })
        }
        return lines
    }
}
