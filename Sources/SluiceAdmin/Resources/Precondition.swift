import HTTPTypes
import Hummingbird

/// `If-Match` of a request: the revision that a record must still have. Source: RFC 9110, section 13.1.1.
struct Precondition {
    private let tags: [Substring]?

    init(_ request: Request) {
        self.tags = request.headers[.ifMatch].map { value in
            value.split(separator: ",").map { part in
                let tag = part.drop { $0 == " " }
                return tag.prefix { $0 != " " }
            }
        }
    }

    /// Throws `revisionMismatch` when the record was changed.
    func check(_ revision: Int64) throws(AdminError) {
        guard let tags else { return }
        guard tags.contains("*") || tags.contains("\"\(revision)\"") else {
            throw AdminError(
                .revisionMismatch, "The record was changed since it was read: its revision is \(revision).")
        }
    }
}
