import NIOCore

/// A deadline that moves often and fires seldom.
///
/// Moving it later is a store: the timer that is already set fires early, sees the later deadline and sets itself anew.
/// So a connection that moves its deadline with every chunk costs about one timer operation a minute.
/// Loop-confined.
final class LazyDeadline: NIOScheduledCallbackHandler {
    private let eventLoop: any EventLoop
    private var deadline: NIODeadline?
    private var scheduled: (at: NIODeadline, callback: NIOScheduledCallback)?
    /// Called on the loop when the deadline has passed. Set to `nil` by ``invalidate()``.
    private var onFire: (() -> Void)?

    init(eventLoop: any EventLoop, onFire: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.onFire = onFire
    }

    /// Sets or moves the deadline.
    func set(_ deadline: NIODeadline) {
        self.deadline = deadline
        if let scheduled = self.scheduled {
            if scheduled.at <= deadline { return }
            scheduled.callback.cancel()
        }
        self.schedule(at: deadline)
    }

    /// Takes the deadline back; a timer that is set fires in vain.
    func clear() {
        self.deadline = nil
    }

    /// Ends it for good and lets go of the closure.
    func invalidate() {
        self.deadline = nil
        self.onFire = nil
        self.scheduled?.callback.cancel()
        self.scheduled = nil
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        self.scheduled = nil
        guard let deadline = self.deadline else { return }
        if deadline > self.eventLoop.now {
            self.schedule(at: deadline)
            return
        }
        self.deadline = nil
        self.onFire?()
    }

    private func schedule(at deadline: NIODeadline) {
        // Scheduling fails only on a loop that is shut down, where nothing waits any more.
        guard let callback = try? self.eventLoop.assumeIsolated().scheduleCallback(at: deadline, handler: self) else {
            return
        }
        self.scheduled = (deadline, callback)
    }
}
