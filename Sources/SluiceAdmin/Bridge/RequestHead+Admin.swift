import HTTPTypes
import NIOHTTP1
import SluiceHTTP

extension RequestHead {
    /// Header fields that routes have no business with.
    private static let credentials: Set<String> = [
        "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization",
    ]

    /// The request as routes get it: without credentials, and a `HEAD` as the `GET` that it asks about.
    var adminRequest: HTTPRequest {
        var fields = HTTPFields()
        for (name, value) in self.headers {
            let name = name.lowercased()
            guard !Self.credentials.contains(name), let field = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: field, value: value))
        }
        let query = self.query.map { "?\($0)" } ?? ""
        return HTTPRequest(
            method: self.method == .HEAD ? .get : HTTPRequest.Method(self.method.rawValue) ?? .get,
            scheme: nil, authority: nil, path: "\(self.path)\(query)", headerFields: fields)
    }
}
