import Foundation
import SluiceWire

/// Reads and prints JSON as a tree, beside Foundation's `JSONSerialization` in the same run: `json-bench [seconds]`.
///
/// Foundation is here for comparison only; nothing of the gateway links it. Rates are those of the best round.
@main
enum JSONBench {
    static func main() throws {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 0.5
        let body = Array(self.chat(messages: 120).utf8)
        let data = Data(body)
        let object = try JSONSerialization.jsonObject(with: data)
        let document = try JSONDocument(parsing: body)
        print("chat body of \(body.count) bytes")
        let ours = self.rate("tree, JSONDocument", body.count, seconds) {
            (try? JSONDocument(parsing: body))?.root.count ?? -1
        }
        let theirs = self.rate("tree, JSONSerialization", body.count, seconds) {
            ((try? JSONSerialization.jsonObject(with: data)) as? [String: Any])?.count ?? -1
        }
        self.compare(ours, theirs)
        let printed = self.rate("print, JSONWriter", body.count, seconds) {
            var writer = JSONWriter(capacity: body.count)
            self.write(document.root, to: &writer)
            return writer.bytes.count
        }
        let serialized = self.rate("print, JSONSerialization", body.count, seconds) {
            (try? JSONSerialization.data(withJSONObject: object))?.count ?? -1
        }
        self.compare(printed, serialized)
    }

    private static func chat(messages: Int) -> String {
        let turns = (0..<messages).map { number in
            let role = number % 2 == 0 ? "user" : "assistant"
            return
                #"{"role":"\#(role)","content":"Turn \#(number): raised, the gate lets the water run from the higher "#
                + #"side to the lower one;\nlowered, it holds it back. \"Sluice\" é 日本 😀 0123456789 abcdefghijklmnop","n":\#(number)}"#
        }
        return #"{"model":"m","temperature":0.7,"messages":["# + turns.joined(separator: ",") + "]}"
    }

    private static func write(_ node: JSONNode, to writer: inout JSONWriter) {
        switch node.kind {
        case .object:
            writer.beginObject()
            for (key, value) in node.members {
                writer.key(key)
                self.write(value, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in node.elements { self.write(element, to: &writer) }
            writer.endArray()
        case .string: writer.string(node.stringValue ?? "")
        case .number: writer.numberText(node.numberText ?? "0")
        case .true, .false: writer.bool(node.kind == .true)
        case .null: writer.null()
        }
    }

    private static func rate(_ name: String, _ bytes: Int, _ seconds: Double, _ work: () -> Int) -> Double {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var best = Duration.seconds(1000)
        var sum = 0
        while clock.now < deadline {
            best = min(best, clock.measure { for _ in 0..<20 { sum &+= work() } })
        }
        precondition(sum != 0)
        let attoseconds = Double(best.components.attoseconds) + Double(best.components.seconds) * 1e18
        let rate = Double(bytes) * 20 / (attoseconds / 1e18) / 1e6
        print("  \(name): \(Int(rate)) MB/s")
        return rate
    }

    private static func compare(_ ours: Double, _ theirs: Double) {
        print(
            "  \(String(format: "%.1f", ours / theirs)) times as fast; the bar is 5: \(ours >= 5 * theirs ? "met" : "MISSED")"
        )
    }
}
