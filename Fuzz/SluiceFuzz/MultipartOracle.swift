import SluiceWire

/// A form's ranges lie in order inside the body, and no content holds a boundary line.
enum MultipartOracle {
    static func check(_ input: [UInt8]) -> String? {
        let boundary = Array("XX".utf8)
        let form: MultipartForm
        do throws(MultipartError) {
            form = try MultipartForm.parse(
                input.span, boundary: boundary, limits: MultipartForm.Limits(maximumParts: 8, maximumHeadBytes: 256))
        } catch {
            return (0...input.count).contains(error.offset) ? nil : "an error lies outside the body"
        }
        var position = 0
        for part in form.parts {
            guard part.headers.lowerBound >= position, part.content.lowerBound >= part.headers.upperBound,
                part.content.upperBound <= input.count
            else { return "the ranges of a part are out of order" }
            position = part.content.upperBound
            let content = Array(input[part.content])
            let mark = Array("\r\n--XX".utf8)
            if content.count >= mark.count {
                for start in 0...(content.count - mark.count)
                where content[start..<start + mark.count].elementsEqual(mark) {
                    return "a content holds a boundary line"
                }
            }
        }
        do throws(OpenAIRequestError) {
            let scan = try OpenAIFormScan.scan(input.span, contentType: "multipart/form-data; boundary=XX")
            let edited = scan.segments(replacingModelWith: "other").reduce(into: [UInt8]()) { bytes, segment in
                switch segment {
                case .original(let range): bytes += input[range]
                case .inserted(let text): bytes += text
                }
            }
            let again = try OpenAIFormScan.scan(edited.span, contentType: "multipart/form-data; boundary=\"XX\"")
            return again.model == "other" && again.isStreaming == scan.isStreaming ? nil : "a spliced form changed"
        } catch {
            return nil
        }
    }
}
