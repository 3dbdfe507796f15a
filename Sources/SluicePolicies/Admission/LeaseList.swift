/// The reservations that are not settled, in the order in which their leases end.
///
/// All leases are of one length, so the order is that of their beginnings: a list within an array, in which any member
/// can be taken out or renewed at once.
struct LeaseList {
    private struct Slot {
        var reservation: Reservation?
        var expiry: Int64 = 0
        var previous = -1
        /// The next in the list, or the next free slot.
        var next = -1
    }

    private var slots: [Slot] = []
    private var firstFree = -1
    private var oldest = -1
    private var newest = -1
    private(set) var count = 0

    /// When the first lease ends.
    var nextExpiry: Int64 { self.oldest < 0 ? .max : self.slots[self.oldest].expiry }

    /// Adds a reservation that is made for its slot.
    mutating func add(expiry: Int64, _ make: (Int) -> Reservation) -> Reservation {
        let slot: Int
        if self.firstFree >= 0 {
            slot = self.firstFree
            self.firstFree = self.slots[slot].next
        } else {
            slot = self.slots.count
            self.slots.append(Slot())
        }
        let reservation = make(slot)
        self.slots[slot].reservation = reservation
        self.slots[slot].expiry = expiry
        self.append(slot)
        self.count += 1
        return reservation
    }

    /// Takes a reservation out; `false` where it is not in the list any more.
    mutating func remove(_ reservation: Reservation) -> Bool {
        guard self.holds(reservation) else { return false }
        let slot = reservation.slot
        self.unlink(slot)
        self.slots[slot].reservation = nil
        self.slots[slot].next = self.firstFree
        self.firstFree = slot
        self.count -= 1
        return true
    }

    /// Begins a reservation's lease anew.
    mutating func renew(_ reservation: Reservation, expiry: Int64) {
        guard self.holds(reservation) else { return }
        self.unlink(reservation.slot)
        self.slots[reservation.slot].expiry = expiry
        self.append(reservation.slot)
    }

    /// Takes out the reservation whose lease ended first, if it ended.
    mutating func takeExpired(at now: Int64) -> Reservation? {
        guard self.nextExpiry <= now, let reservation = self.slots[self.oldest].reservation,
            self.remove(reservation)
        else { return nil }
        return reservation
    }

    private func holds(_ reservation: Reservation) -> Bool {
        self.slots.indices.contains(reservation.slot) && self.slots[reservation.slot].reservation === reservation
    }

    private mutating func append(_ slot: Int) {
        self.slots[slot].previous = self.newest
        self.slots[slot].next = -1
        if self.newest >= 0 { self.slots[self.newest].next = slot } else { self.oldest = slot }
        self.newest = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (previous, next) = (self.slots[slot].previous, self.slots[slot].next)
        if previous >= 0 { self.slots[previous].next = next } else { self.oldest = next }
        if next >= 0 { self.slots[next].previous = previous } else { self.newest = previous }
    }
}
