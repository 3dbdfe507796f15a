/// Is told what changed in the stores, by this process or another. One follower reads the feed and tells all listeners, in order.
public protocol ChangeListener: Sendable {
    /// These records were made, replaced or removed. What the listener keeps of them is to be read anew or forgotten before this returns.
    func changed(_ changes: [Change]) async

    /// So much changed, or so long ago, that everything is to be read anew.
    func everythingChanged() async

    /// All that was changed before this moment was told: the database answers. Said each time that the feed was read, also when
    /// there was nothing new.
    func caughtUp(at now: UnixTime) async
}

extension ChangeListener {
    /// Most listeners need not know.
    public func caughtUp(at now: UnixTime) async {}
}
