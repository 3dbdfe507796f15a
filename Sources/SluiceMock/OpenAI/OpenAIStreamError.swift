import SluiceWire

/// The error event that OpenAI's streams have in common.
enum OpenAIStreamError {
    static let message = "The mock model was told to fail here."

    static func event(_ style: EventStyle) -> [UInt8] {
        style.frame(
            data: .json { json in
                json.key("error")
                VendorShape.writeOpenAIError(message: message, type: "server_error", param: nil, code: nil, to: &json)
            })
    }
}
