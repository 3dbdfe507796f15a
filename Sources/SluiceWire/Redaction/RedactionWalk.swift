/// Goes through a JSON text, of which the end may be missing, and says where its strings and numbers are and which of its values
/// fields name.
struct RedactionWalk {
    /// How a text ended.
    enum Outcome: Equatable {
        case complete
        /// Before it was complete.
        case cut
        /// What stands there is no JSON.
        case invalid
    }

    /// A string without its quotes, or a number.
    struct Leaf {
        var range: Range<Int>
        var isString: Bool
        /// Whether it is the name of a member.
        var isName: Bool
        /// The member that it is the value of; empty in an array.
        var name: [UInt8]
        /// The object or array that it stands in.
        var container: Int
    }

    /// An object or an array.
    struct Container {
        var parent: Int?
        var name: [UInt8]
        var isObject: Bool
        /// What its members called `index` and the like say: which of several choices or blocks an event is about.
        var index: [UInt8] = []
    }

    /// A value that a field names.
    struct NamedValue {
        var range: Range<Int>
        var isString: Bool
    }

    private enum Expected {
        case value, valueOrEnd, nameOrEnd, name, colon, commaOrEnd, nothing
    }

    /// Deeper is no JSON that a model's client sends.
    private static let deepest = 256
    private static let indexNames: Set<[UInt8]> = Set(
        ["index", "output_index", "content_index", "summary_index", "contentblockindex"].map { Array($0.utf8) })

    private static let words = ["true", "false", "null"].map { Array($0.utf8) }

    private(set) var leaves: [Leaf] = []
    private(set) var containers: [Container] = []
    private(set) var named: [NamedValue] = []
    private(set) var outcome = Outcome.complete
    private let source: [UInt8]
    private let fields: [RedactedField]
    private let end: Int
    private var index: Int
    private var open: [Int] = []
    /// The names of the members that lead to here, in lower case, those of arrays left out.
    private var path: [[UInt8]] = []
    private var name: [UInt8] = []
    /// How many are open within the value that a field names, and where it begins.
    private var hidden: (depth: Int, start: Int)?

    init(_ source: [UInt8], _ range: Range<Int>, _ fields: [RedactedField]) {
        self.source = source
        self.index = range.lowerBound
        self.end = range.upperBound
        self.fields = fields
        self.run()
    }

    private mutating func run() {
        var expected = Expected.value
        while true {
            while self.index < self.end, Self.isSpace(self.source[self.index]) { self.index += 1 }
            guard self.index < self.end else {
                if expected != .nothing { self.outcome = .cut }
                break
            }
            guard expected != .nothing, let next = self.step(expected, self.source[self.index]) else {
                self.outcome = .invalid
                break
            }
            expected = next
        }
        if let hidden = self.hidden {
            self.named.append(NamedValue(range: hidden.start..<self.end, isString: false))
        }
    }

    private mutating func step(_ expected: Expected, _ byte: UInt8) -> Expected? {
        switch (expected, byte) {
        case (.valueOrEnd, UInt8(ascii: "]")), (.nameOrEnd, UInt8(ascii: "}")): return self.close()
        case (.commaOrEnd, UInt8(ascii: "]")), (.commaOrEnd, UInt8(ascii: "}")): return self.close()
        case (.commaOrEnd, UInt8(ascii: ",")):
            self.index += 1
            return self.isInObject ? .name : .value
        case (.colon, UInt8(ascii: ":")):
            self.index += 1
            return .value
        case (.nameOrEnd, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")):
            let range = self.string()
            self.name = self.source[range].map(RedactedField.lowered)
            self.add(range, isString: true, isName: true)
            return .colon
        case (.value, _), (.valueOrEnd, _): return self.value(byte)
        default: return nil
        }
    }

    private mutating func value(_ byte: UInt8) -> Expected? {
        let isNamed = self.isNamed
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard self.open.count < Self.deepest else { return nil }
            if isNamed { self.hidden = (self.open.count, self.index) }
            let isObject = byte == UInt8(ascii: "{")
            self.containers.append(
                Container(parent: self.open.last, name: self.memberName, isObject: isObject))
            if self.isInObject { self.path.append(self.name) }
            self.open.append(self.containers.count - 1)
            self.index += 1
            return isObject ? .nameOrEnd : .valueOrEnd
        case UInt8(ascii: "\""):
            let range = self.string()
            if isNamed {
                self.named.append(NamedValue(range: range, isString: true))
            } else {
                self.add(range, isString: true, isName: false)
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            let start = self.index
            while self.index < self.end, Self.isInLiteral(self.source[self.index]) { self.index += 1 }
            let range = start..<self.index
            let isNumber = byte.isDigit || byte == UInt8(ascii: "-")
            guard isNumber || self.isWord(range) else { return nil }
            if isNamed {
                self.named.append(NamedValue(range: range, isString: false))
            } else if isNumber {
                self.add(range, isString: false, isName: false)
            }
        default: return nil
        }
        return self.open.isEmpty ? .nothing : .commaOrEnd
    }

    private mutating func close() -> Expected? {
        guard let last = self.open.last,
            (self.source[self.index] == UInt8(ascii: "}")) == self.containers[last].isObject
        else { return nil }
        self.index += 1
        self.open.removeLast()
        if self.isInObject { self.path.removeLast() }
        if let hidden = self.hidden, hidden.depth == self.open.count {
            self.named.append(NamedValue(range: hidden.start..<self.index, isString: false))
            self.hidden = nil
        }
        return self.open.isEmpty ? .nothing : .commaOrEnd
    }

    /// The content of the string that begins here; goes on behind its quote, or to the end.
    private mutating func string() -> Range<Int> {
        let start = self.index + 1
        self.index = start
        while self.index < self.end {
            switch self.source[self.index] {
            case UInt8(ascii: "\""):
                self.index += 1
                return start..<(self.index - 1)
            case UInt8(ascii: "\\"): self.index = min(self.index + 2, self.end)
            default: self.index += 1
            }
        }
        return start..<self.end
    }

    private mutating func add(_ range: Range<Int>, isString: Bool, isName: Bool) {
        guard let container = self.open.last, self.hidden == nil else {
            // A text that is one string or number alone.
            if self.open.isEmpty {
                self.containers.append(Container(parent: nil, name: [], isObject: false))
                self.leaves.append(
                    Leaf(
                        range: range, isString: isString, isName: isName, name: [], container: self.containers.count - 1
                    ))
            }
            return
        }
        if !isString, Self.indexNames.contains(self.name), self.isInObject {
            self.containers[container].index += self.source[range] + [UInt8(ascii: ",")]
        }
        self.leaves.append(
            Leaf(
                range: range, isString: isString, isName: isName, name: isName ? [] : self.memberName,
                container: container))
    }

    private var isInObject: Bool { self.open.last.map { self.containers[$0].isObject } ?? false }
    private var memberName: [UInt8] { self.isInObject ? self.name : [] }

    /// Whether a field names the value that begins here. An array's elements are what the array is.
    private var isNamed: Bool {
        guard !self.fields.isEmpty, self.hidden == nil, self.isInObject else { return false }
        let path = self.path + [self.name]
        return self.fields.contains { $0.matches(path) }
    }

    private func isWord(_ range: Range<Int>) -> Bool {
        let text = self.source[range]
        // The beginning of a word may be all that is there.
        return Self.words.contains { range.upperBound == self.end ? $0.starts(with: text) : $0.elementsEqual(text) }
    }

    private static func isInLiteral(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
