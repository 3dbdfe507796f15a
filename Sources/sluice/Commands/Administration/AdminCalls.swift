import ArgumentParser
import SluiceAdmin
import SluiceServer
import SluiceWire

extension AdminConnection {
    /// Makes a call and gives the JSON of the answer; `nil` where it has no body. What the API refuses is printed, and ends the command with 77
    /// (EX_NOPERM) for a key that may not, else with 1.
    func json(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> JSONNode? {
        let answer = try await self.call(method, path, body: body)
        let root = answer.body.isEmpty ? nil : try? JSONDocument(parsing: answer.body).root
        guard (200..<300).contains(answer.status) else {
            let message = root?["error"]?["message"]?.stringValue ?? "the gateway answered with status \(answer.status)"
            StandardError.print("error: \(message)")
            throw ExitCode(answer.status == 401 || answer.status == 403 ? 77 : 1)
        }
        return root
    }

    /// All records of a list, page after page.
    func list(_ path: String, query: [(name: String, value: String)]) async throws -> [JSONNode] {
        var records: [JSONNode] = []
        var after: String?
        repeat {
            let parameters = query + [("limit", "200")] + (after.map { [("after", $0)] } ?? [])
            let text = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
            guard let page = try await self.json("GET", "\(path)?\(text)") else { break }
            if let data = page["data"] { records += Array(data.elements) }
            after = page["next"]?.stringValue
        } while after != nil
        return records
    }

    /// A value as it may stand in a query or a path. Source: RFC 3986, section 2.3.
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(Character(UnicodeScalar(byte)))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
