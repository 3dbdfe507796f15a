import CYAML

/// The events of a YAML text, one by one: libyaml's parser with its memory owned.
struct YAMLEvents: ~Copyable {
    /// A place in the text, from 1.
    struct Mark {
        var line: Int
        var column: Int

        init(_ mark: yaml_mark_t) {
            // libyaml counts from 0 in size_t; a text is far shorter than that can hold.
            line = Int(clamping: mark.line) + 1
            column = Int(clamping: mark.column) + 1
        }
    }

    /// What the composer needs of an event.
    enum Event {
        case documentStart
        case documentEnd
        case streamStart
        case streamEnd
        case alias(String)
        case scalar(text: String, isPlain: Bool, anchor: String?, tag: String?)
        case listStart(anchor: String?, tag: String?)
        case listEnd
        case mapStart(anchor: String?, tag: String?)
        case mapEnd
    }

    /// A text that is no YAML.
    struct Problem: Error {
        var message: String
        var mark: Mark
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Reads from `input`, which must outlive this value.
    init?(_ input: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event and where it begins. Must not be called again after it threw or gave ``Event/streamEnd``.
    mutating func next() throws(Problem) -> (Event, Mark) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return (Self.read(event), Mark(event.start_mark))
    }

    private static func read(_ event: yaml_event_t) -> Event {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                text: String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: text(scalar.anchor),
                tag: text(scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .listStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mapStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_MAPPING_END_EVENT: return .mapEnd
        // YAML_NO_EVENT comes only after the end of the stream.
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func problem() -> Problem {
        let state = parser.pointee
        var message = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
        if let context = state.context.map({ String(cString: $0) }) {
            message += ", \(context)"
            let start = Mark(state.context_mark)
            if start.line != Mark(state.problem_mark).line { message += " that began in line \(start.line)" }
        }
        return Problem(message: message, mark: Mark(state.problem_mark))
    }
}
