/// The members of a `functionCall`: `{"id":"..","name":"f","args":{..}}`, or a piece of one that is streamed.
struct GeminiFunctionCall {
    /// Google's id, where it gives one.
    private(set) var id: JSONString?
    /// The function's name; `nil` in the later pieces of a streamed call.
    private(set) var name: String?
    /// The arguments, an object.
    private(set) var args: JSONNode?
    /// Whether `args` is something else than an object.
    private(set) var hasInvalidArgs = false
    /// Pieces of the arguments.
    private(set) var pieces: JSONNode?
    /// Whether more pieces of this call follow.
    private(set) var goesOn = false
    /// What is not known.
    private(set) var extras = NeutralExtras()

    init(_ node: JSONNode) {
        for (key, value) in node.members where !value.isNull {
            let member = GeminiName.camel(key)
            switch member {
            case "id": id = JSONString(value).flatMap { $0.isEmpty ? nil : $0 }
            case "name": name = value.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            case "args":
                if value.kind == .object { args = value } else { hasInvalidArgs = true }
            case "partialArgs": pieces = value
            case "willContinue": goesOn = value.boolValue ?? false
            default: extras.append("functionCall.\(member)", JSONFragment(value), from: .gemini)
            }
        }
    }

    /// Whether it is a piece of a call that is streamed.
    var isPiece: Bool { name == nil || goesOn || pieces != nil }

    /// The arguments as the text of an object; `{}` for none.
    var arguments: JSONString {
        args.map { GeminiCompactJSON.arguments($0.rawBytes) } ?? "{}"
    }
}

/// A call whose pieces are still coming.
struct GeminiOpenCall: Sendable {
    /// The id.
    var id: String
    /// The name.
    var name: String
    /// The seal, whichever piece brings it.
    var signature: JSONString?
    /// The arguments so far.
    var arguments = GeminiPartialArguments()

    /// Takes a piece; `false` when it makes no sense.
    mutating func take(_ call: GeminiFunctionCall, signature: JSONString?) -> Bool {
        if let signature { self.signature = signature }
        if let args = call.args { arguments.take(whole: args) }
        return call.pieces.map { arguments.take(pieces: $0) } ?? true
    }
}
