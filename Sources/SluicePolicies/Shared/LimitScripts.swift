/// The scripts by which replicas share counts in one Redis: the same arithmetic as ``Limiter``, one call a decision.
///
/// Their numbers are doubles that hold whole numbers up to 2^53, as everything here does. They use `TIME`, lists,
/// hashes, sorted sets and `cmsgpack`, and need Redis 6.2 or later, or Valkey. All keys of a deployment have one hash
/// tag, so that a cluster keeps them in one place: a script also touches the counts of reservations whose lease has
/// ended.
///
/// Keys of all of them: 1 the leases (sorted set: id by the end of its lease), 2 the reservations (hash: id to what it
/// holds), 3 the reservations whose lease has ended (sorted set: id by when that was seen, kept for a day). Keys from 4
/// on are the counts of a plan.
public enum LimitScripts {
    /// Decides over a plan. Its call and its answer are made and read by ``SharedCounts``.
    public static let admit = Self.prelude + Self.admitBody
    /// Settles a reservation, once.
    public static let settle = Self.prelude + Self.settleBody
    /// Begins the leases of running requests anew.
    ///
    /// Arguments: the moment or 0 for the server's, the lease in microseconds, ids. Returns how many were there.
    public static let renew = #"""
        local now = tonumber(ARGV[1])
        if now == 0 then
            local time = redis.call('TIME')
            now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        end
        local renewed = 0
        for index = 3, #ARGV do
            if redis.call('HEXISTS', KEYS[2], ARGV[index]) == 1 then
                redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[index])
                renewed = renewed + 1
            end
        end
        return renewed
        """#

    /// Finds out whether decisions can be made: whether scripts run, and whether they may write.
    ///
    /// Keys: one of the deployment's. Returns 1.
    public static let probe = #"""
        redis.call('SET', KEYS[1], '1', 'PX', 60000)
        return 1
        """#

    /// What the script for admission does behind ``prelude``.
    ///
    /// Arguments: the moment or 0, the reservation's id or nothing where it is not kept, the lease, 1 for downgraded;
    /// then eight for each count: kind, limit, cost, `a`, `b`, action, what a store kept of a budget, nothing.
    /// Kinds and their `a` and `b`: `l` request log, its window; `r` requests and `w` tokens in a sliding window, its
    /// sub-window; `c` concurrency; `b` budget, the start and the end of the period. Actions: 0 refuse, 1 warn,
    /// 2 downgrade.
    ///
    /// Returns: the verdict (1 admitted, 0 refused, 2 downgrade), the number of the count that says so, the wait in
    /// microseconds (-1 never, -2 when something ends), the moment; then for each count what is left, the time to its
    /// reset, and 1 where it is a budget that was gone beyond.
    private static let admitBody = #"""
        local now = clock(ARGV[1])
        purge(now)
        local id, lease, downgraded = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
        local count = #KEYS - 3
        local items = {}
        local worst, worst_rank, worst_wait, downgrade
        for index = 1, count do
            local base = 4 + (index - 1) * 8
            local item = {
                kind = ARGV[base + 1], key = KEYS[index + 3], limit = tonumber(ARGV[base + 2]),
                cost = tonumber(ARGV[base + 3]), a = tonumber(ARGV[base + 4]), b = tonumber(ARGV[base + 5]),
                action = tonumber(ARGV[base + 6]), seed = ARGV[base + 7], warns = 0,
            }
            items[index] = item
            local wait
            if item.kind == 'l' then
                item.used = log_advance(item.key, item.a, now)
                wait = log_wait(item, now)
            elseif item.kind == 'w' or item.kind == 'r' then
                item.current, item.sum = window_advance(item.key, item.a, now)
                wait = window_wait(item, now)
            elseif item.kind == 'c' then
                item.held = tonumber(redis.call('GET', item.key) or 0)
                if item.cost > 0 and item.held + item.cost > item.limit then
                    wait = item.cost > item.limit and -1 or -2
                end
            else
                item.balance = budget_advance(item.key, item.a, item.b, item.seed)
                wait = budget_wait(item, now)
            end
            if wait then
                if item.action == 1 or (item.action == 2 and downgraded) then
                    item.warns = 1
                elseif item.action == 2 then
                    downgrade = downgrade or index
                else
                    local rank = wait
                    if wait == -2 then rank = 0 elseif wait == -1 then rank = LARGEST * 2 end
                    if not worst or rank > worst_rank then
                        worst, worst_rank, worst_wait = index, rank, wait
                    end
                end
            end
        end

        local verdict, told, wait = 1, 0, 0
        if worst then
            verdict, told, wait = 0, worst, worst_wait
        elseif downgrade then
            verdict, told = 2, downgrade
        end

        if verdict == 1 then
            local holds = {}
            for index = 1, count do
                local item = items[index]
                local taken, place = item.cost, 0
                if item.kind == 'l' then
                    log_take(item, now)
                elseif item.kind == 'w' or item.kind == 'r' then
                    place = item.current
                    item.sum = item.sum + window_add(item.key, item.current, item.sum, item.cost)
                elseif item.kind == 'c' then
                    item.held = item.held + item.cost
                    redis.call('SET', item.key, item.held)
                else
                    taken = math.min(item.cost, LARGEST - item.balance.r)
                    item.balance.r = item.balance.r + taken
                    redis.call('HSET', item.key, 'r', item.balance.r)
                    budget_expire(item.key, item.balance.e, now)
                end
                if item.kind ~= 'l' and item.kind ~= 'r' then
                    holds[#holds + 1] = { index, item.kind, item.key, item.a, taken, place }
                end
            end
            if #holds > 0 and id ~= '' then
                redis.call('ZADD', KEYS[1], now + lease, id)
                redis.call('HSET', KEYS[2], id, cmsgpack.pack(holds))
            end
        end

        local answer = { verdict, told, wait, now }
        for index = 1, count do
            local item = items[index]
            local left, reset = 0, 0
            if item.kind == 'l' then
                left = item.limit - item.used
                if item.used > 0 then
                    reset = tonumber(redis.call('LINDEX', item.key, -1)) + item.a - now
                end
            elseif item.kind == 'w' or item.kind == 'r' then
                left = item.limit - item.sum
                if item.sum > 0 then reset = window_reset(item, now) end
            elseif item.kind == 'c' then
                left = item.limit - item.held
            else
                left = item.limit - item.balance.s - item.balance.r
                if item.balance.e < FOREVER then reset = item.balance.e - now end
            end
            answer[#answer + 1] = math.max(0, left)
            answer[#answer + 1] = math.max(0, reset)
            answer[#answer + 1] = item.warns
        end
        return answer
        """#

    /// What the script for settlement does behind ``prelude``.
    ///
    /// Arguments: the moment or 0, the id; then eight for each count, as at admission, with the true amount in the
    /// place of the cost, and the parts for alerts as `500:12500,800:20000`, thousandths and amounts.
    ///
    /// Returns: 0 where it was settled before or is not known, else 1; then for each alert the number of the count, the
    /// thousandths, what was spent, and the start and the end of the period.
    private static let settleBody = #"""
        local now = clock(ARGV[1])
        local id = ARGV[2]
        local taken, places = {}, {}
        local packed = redis.call('HGET', KEYS[2], id)
        if packed then
            redis.call('HDEL', KEYS[2], id)
            redis.call('ZREM', KEYS[1], id)
            for _, hold in ipairs(cmsgpack.unpack(packed)) do
                taken[hold[1]], places[hold[1]] = hold[5], hold[6]
            end
        elseif redis.call('ZREM', KEYS[3], id) == 0 then
            return { 0 }
        end
        local answer = { 1 }
        for index = 1, #KEYS - 3 do
            local base = 2 + (index - 1) * 8
            local kind, key, actual = ARGV[base + 1], KEYS[index + 3], tonumber(ARGV[base + 3])
            local a, b = tonumber(ARGV[base + 4]), tonumber(ARGV[base + 5])
            if kind == 'b' then
                local balance = budget_advance(key, a, b, ARGV[base + 7])
                for _, alert in ipairs(budget_settle(key, balance, taken[index] or 0, actual, ARGV[base + 8])) do
                    answer[#answer + 1] = index
                    answer[#answer + 1] = alert
                    answer[#answer + 1] = balance.s
                    answer[#answer + 1] = balance.b
                    answer[#answer + 1] = balance.e
                end
                budget_expire(key, balance.e, now)
            elseif kind ~= 'l' and kind ~= 'r' then
                settle_hold(kind, key, a, taken[index] or 0, places[index] or 0, actual, now)
            end
        end
        return answer
        """#
}
