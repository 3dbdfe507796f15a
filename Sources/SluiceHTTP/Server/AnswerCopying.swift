public import NIOCore

/// Is shown an answer as the client receives it. Called on the loop; must not wait.
public protocol AnswerCopying: AnyObject {
    /// The answer begins.
    func begin(_ head: ResponseHead)
    /// A piece of its body, in the order in which it is sent.
    func add(_ piece: ByteBuffer)
    /// Nothing more is sent: it is complete or cut, or the client is gone.
    func end()
}
