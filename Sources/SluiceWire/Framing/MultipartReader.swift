/// Walks a form from boundary to boundary.
struct MultipartReader {
    let base: UnsafeRawPointer
    let end: Int
    let boundary: UnsafeRawPointer
    let boundaryCount: Int
    let limits: MultipartForm.Limits

    /// A boundary line: where it begins, and where what follows it begins.
    private struct Delimiter {
        /// The offset of the CRLF before the line, which belongs to it; of the line itself at the very start.
        var start: Int
        var next: Int
        var isLast: Bool
    }

    mutating func read() -> Result<[MultipartForm.Part], MultipartError> {
        var parts: [MultipartForm.Part] = []
        var delimiter: Delimiter
        switch find(from: 0, isStart: true) {
        case .success(let found): delimiter = found
        case .failure(let error): return .failure(error)
        }
        while !delimiter.isLast {
            guard parts.count < limits.maximumParts else {
                return fault(.tooManyParts, delimiter.start, "the form has more than \(limits.maximumParts) parts")
            }
            let start = delimiter.next
            let content: Int
            switch headEnd(start) {
            case .success(let found): content = found
            case .failure(let error): return .failure(error)
            }
            // An empty content begins with the CRLF that the head's empty line ends in.
            switch find(from: content - 2, isStart: false) {
            case .success(let found): delimiter = found
            case .failure(let error): return .failure(error)
            }
            let headers = start..<max(start, content - 2)
            let range = content..<max(content, delimiter.start)
            switch MultipartHead.parse(base, headers) {
            case .success(let head):
                parts.append(
                    MultipartForm.Part(name: head.name, filename: head.filename, headers: headers, content: range))
            case .failure(let error):
                return .failure(error)
            }
        }
        return .success(parts)
    }

    /// The next boundary line at or after `start`.
    private func find(from start: Int, isStart: Bool) -> Result<Delimiter, MultipartError> {
        if isStart, isBoundary(0) { return line(after: 2 + boundaryCount, start: 0) }
        var position = max(0, start)
        while true {
            position = ByteScan.find(0x0D, base, position, end)
            guard position + 1 < end else { return .failure(isStart ? MultipartForm.unbounded(end) : unfinished()) }
            if ByteScan.byte(base, position + 1) == 0x0A, isBoundary(position + 2) {
                return line(after: position + 4 + boundaryCount, start: position)
            }
            position += 1
        }
    }

    /// Whether `--boundary` is at `start`.
    private func isBoundary(_ start: Int) -> Bool {
        let count = boundaryCount + 2
        guard start + count <= end, ByteScan.byte(base, start) == 0x2D, ByteScan.byte(base, start + 1) == 0x2D else {
            return false
        }
        return ByteScan.equal(base + start + 2, boundary, count: boundaryCount)
    }

    /// Reads what follows the boundary on its line: `--` at the last one, then blanks, then the end of the line.
    private func line(after offset: Int, start: Int) -> Result<Delimiter, MultipartError> {
        var position = offset
        var isLast = false
        if position + 2 <= end, ByteScan.byte(base, position) == 0x2D, ByteScan.byte(base, position + 1) == 0x2D {
            isLast = true
            position += 2
        }
        while position < end, ByteScan.byte(base, position) == 0x20 || ByteScan.byte(base, position) == 0x09 {
            position += 1
        }
        if position == end {
            if isLast { return .success(Delimiter(start: start, next: end, isLast: true)) }
            return .failure(unfinished())
        }
        guard position + 1 < end, ByteScan.byte(base, position) == 0x0D, ByteScan.byte(base, position + 1) == 0x0A
        else {
            return fault(.invalidBoundaryLine, position, "a boundary line goes on after the boundary")
        }
        return .success(Delimiter(start: start, next: position + 2, isLast: isLast))
    }

    /// The offset after the empty line that ends the head of the part at `start`.
    private func headEnd(_ start: Int) -> Result<Int, MultipartError> {
        var position = start
        let bound = min(end, start + max(2, limits.maximumHeadBytes))
        while true {
            let lineEnd = ByteScan.findLineEnd(base, position, bound)
            guard lineEnd + 1 < bound else {
                if bound < end { return fault(.partHeadTooLarge, start, "the head of a part is too large") }
                return .failure(unfinished())
            }
            guard ByteScan.byte(base, lineEnd) == 0x0D, ByteScan.byte(base, lineEnd + 1) == 0x0A else {
                return fault(.invalidPartHead, lineEnd, "a line in the head of a part does not end in CRLF")
            }
            if lineEnd == position { return .success(lineEnd + 2) }
            position = lineEnd + 2
        }
    }

    private func unfinished() -> MultipartError {
        MultipartError(kind: .missingBoundary, offset: end, message: "the form ends without its closing boundary")
    }

    private func fault<Value>(
        _ kind: MultipartError.Kind, _ offset: Int, _ message: String
    ) -> Result<Value, MultipartError> {
        .failure(MultipartError(kind: kind, offset: offset, message: message))
    }
}
