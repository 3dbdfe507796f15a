import ArgumentParser
import SluiceAdmin
import SluiceServer
import SluiceWire

extension AdminSession {
    /// Makes a call and gives the JSON of the answer; `nil` where it has no body. What the API refuses is printed, and ends the command with 77
    /// (EX_NOPERM) for a key that may not, else with 1.
    func json(
        _ method: String,
        _ path: String,
        body: [UInt8]? = nil,
        isLong: Bool = false
    ) async throws -> JSONNode? {
        try Self.root(of: try await self.call(method, path, body: body, isLong: isLong))
    }

    /// Prints the body of an answer as it comes, until it ends or nobody reads any more.
    func print(_ path: String) async throws {
        let answer = try await self.call("GET", path, isLong: true) { piece in
            (try? StandardOutput.write(piece)) != nil
        }
        _ = try Self.root(of: answer)
    }

    private static func root(of answer: AdminApplication.Answer) throws -> JSONNode? {
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
            let text = parameters.map { "\($0.name)=\(QueryText.encoded($0.value))" }.joined(separator: "&")
            guard let page = try await self.json("GET", "\(path)?\(text)") else { break }
            if let data = page["data"] { records += Array(data.elements) }
            after = page["next"]?.stringValue
        } while after != nil
        return records
    }
}
