import SluiceWire

/// The error event that OpenAI's streams have in common.
enum OpenAIStreamError {
    static let message = "The mock model was told to fail here."

    static func event(_ style: EventStyle, type: String = "server_error") -> [UInt8] {
        style.frame(
            data: .json { json in
                json.key("error")
                OpenAIError.write(message: message, type: type, param: nil, code: nil, to: &json)
            })
    }
}
