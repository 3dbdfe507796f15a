/// A strict reader of Prometheus' text format 0.0.4, for checking what is written.
///
/// Beyond the grammar it asks for what well-behaved exporters do: `HELP` and `TYPE` once each before the samples of a metric,
/// the samples of a metric together, no series twice, histograms complete and cumulative, a line feed at the end.
struct PrometheusDocument {
    struct Failure: Error, CustomStringConvertible {
        let line: Int
        let reason: String
        var description: String { "line \(self.line): \(self.reason)" }
    }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []
    private var helps: Set<String> = []
    private var current = ""
    private var seen: Set<[UInt8]> = []
    private var number = 0

    init(_ bytes: [UInt8]) throws(Failure) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure(line: 0, reason: "not UTF-8") }
        guard bytes.last == UInt8(ascii: "\n") else { throw Failure(line: 0, reason: "no line feed at the end") }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            self.number += 1
            try self.read(line)
        }
        try self.checkHistograms()
    }

    /// The value of the one series with these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        self.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    /// The sum of all series of a metric whose labels include these.
    func sum(_ name: String, where labels: [String: String] = [:]) -> Double {
        self.series(name, where: labels).reduce(0) { $0 + $1.value }
    }

    func series(_ name: String, where labels: [String: String] = [:]) -> [Sample] {
        self.samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }

    private func failure(_ reason: String, _ line: ArraySlice<UInt8> = []) -> Failure {
        Failure(line: self.number, reason: "\(reason): \(String(decoding: line, as: UTF8.self))")
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(Failure) {
        if line.starts(with: "# HELP ".utf8) {
            let parts = line.dropFirst(7).split(separator: UInt8(ascii: " "), maxSplits: 1)
            self.current = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard parts.count == 2, self.helps.insert(self.current).inserted else {
                throw self.failure("bad or second HELP", line)
            }
        } else if line.starts(with: "# TYPE ".utf8) {
            let parts = line.dropFirst(7).split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard parts.count == 2, ["counter", "gauge", "histogram"].contains(parts[1]), parts[0] == self.current,
                self.types.updateValue(parts[1], forKey: self.current) == nil
            else { throw self.failure("bad or second TYPE", line) }
        } else {
            try self.readSample(line)
        }
    }

    private mutating func readSample(_ line: ArraySlice<UInt8>) throws(Failure) {
        var rest = line
        let name = try self.readName(&rest, in: line)
        var labels: [String: String] = [:]
        if rest.first == UInt8(ascii: "{") {
            rest = rest.dropFirst()
            labels = try self.readLabels(&rest, in: line)
        }
        // All before the value; what is written always has the labels in one order.
        let identity = Array(line[..<rest.startIndex])
        guard rest.popFirst() == UInt8(ascii: " ") else { throw self.failure("no blank before the value", line) }
        guard let value = Double(String(decoding: rest, as: UTF8.self)), !value.isNaN else {
            throw self.failure("bad value", line)
        }
        try self.checkFamily(of: name)
        guard self.seen.insert(identity).inserted else { throw self.failure("series twice", line) }
        self.samples.append(Sample(name: name, labels: labels, value: value))
    }

    private func checkFamily(of name: String) throws(Failure) {
        if name == self.current, let type = self.types[name], type != "histogram" { return }
        let isPart = ["_bucket", "_sum", "_count"].contains { name == self.current + $0 }
        guard isPart, self.types[self.current] == "histogram" else {
            throw self.failure("\(name) does not belong to \(self.current)")
        }
    }

    private func readName(_ rest: inout ArraySlice<UInt8>, in line: ArraySlice<UInt8>) throws(Failure) -> String {
        let name = rest.prefix { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
        guard let first = name.first, first > 0x39 else { throw self.failure("bad name", line) }
        rest = rest.dropFirst(name.count)
        return String(decoding: name, as: UTF8.self)
    }

    private func readLabels(
        _ rest: inout ArraySlice<UInt8>,
        in line: ArraySlice<UInt8>
    ) throws(Failure) -> [String: String] {
        var labels: [String: String] = [:]
        while true {
            let name = try self.readName(&rest, in: line)
            guard rest.starts(with: "=\"".utf8) else { throw self.failure("bad label \(name)", line) }
            rest = rest.dropFirst(2)
            guard labels.updateValue(try self.readValue(&rest, in: line), forKey: name) == nil else {
                throw self.failure("label \(name) twice", line)
            }
            switch rest.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return labels
            default: throw self.failure("labels do not end", line)
            }
        }
    }

    /// Reads to the closing quotation mark, byte by byte: a combining mark must not hide a delimiter.
    private func readValue(_ rest: inout ArraySlice<UInt8>, in line: ArraySlice<UInt8>) throws(Failure) -> String {
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "\\"): value.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): value.append(UInt8(ascii: "\""))
                case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
                default: throw self.failure("bad escape", line)
                }
            default:
                value.append(byte)
            }
        }
        throw self.failure("label value does not end", line)
    }

    private func checkHistograms() throws(Failure) {
        for (name, type) in self.types where type == "histogram" {
            var counts: [[String: String]: Double] = [:]
            for sample in self.series(name + "_count") { counts[sample.labels] = sample.value }
            var infinite: [[String: String]: Double] = [:]
            var last: [[String: String]: (bound: Double, value: Double)] = [:]
            for sample in self.series(name + "_bucket") {
                var labels = sample.labels
                guard let text = labels.removeValue(forKey: "le"), let bound = text == "+Inf" ? .infinity : Double(text)
                else { throw self.failure("\(name): bad le") }
                if let before = last[labels] {
                    guard before.bound < bound, before.value <= sample.value else {
                        throw self.failure("\(name): buckets do not ascend")
                    }
                }
                last[labels] = (bound, sample.value)
                if bound == .infinity { infinite[labels] = sample.value }
            }
            guard infinite == counts, self.series(name + "_sum").count == counts.count else {
                throw self.failure("\(name): +Inf, _count and _sum do not agree")
            }
        }
    }
}
