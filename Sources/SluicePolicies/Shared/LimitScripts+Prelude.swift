extension LimitScripts {
    /// The counts in Lua: see ``RequestLog``, ``SlidingWindow``, ``PermitCount`` and ``BudgetBalance``, whose names the
    /// functions have.
    ///
    /// A request log is a list of moments. A sliding window is a hash: `c` the current sub-window, `s` the sum, `0` to
    /// `60` the amounts. Concurrency is a number. A budget is a hash: `b` and `e` the period, `s` spent, `r` reserved,
    /// `a` alerted. Keys expire once they say nothing any more.
    static let prelude = #"""
        local LARGEST = 9007199254740991
        local FOREVER = 8000000000000000

        local function clock(text)
            local now = tonumber(text)
            if now > 0 then return now end
            local time = redis.call('TIME')
            return tonumber(time[1]) * 1000000 + tonumber(time[2])
        end

        local function log_advance(key, window, now)
            local newest = redis.call('LINDEX', key, -1)
            if not newest then return 0 end
            local time = math.max(now, tonumber(newest))
            if tonumber(newest) + window <= time then
                redis.call('DEL', key)
                return 0
            end
            while tonumber(redis.call('LINDEX', key, 0)) + window <= time do redis.call('LPOP', key) end
            return redis.call('LLEN', key)
        end

        local function log_wait(item, now)
            local excess = item.used + item.cost - item.limit
            if item.cost <= 0 or excess <= 0 then return nil end
            if item.cost > item.limit then return -1 end
            return math.max(1, tonumber(redis.call('LINDEX', item.key, excess - 1)) + item.a - now)
        end

        local function log_take(item, now)
            local time = math.max(now, tonumber(redis.call('LINDEX', item.key, -1) or 0))
            for _ = 1, item.cost do redis.call('RPUSH', item.key, time) end
            item.used = item.used + item.cost
            redis.call('PEXPIRE', item.key, math.ceil(item.a / 1000) + 1000)
        end

        local function window_advance(key, width, now)
            local head = redis.call('HMGET', key, 'c', 's')
            local current, sum = tonumber(head[1] or 0), tonumber(head[2] or 0)
            local index = (now - now % width) / width
            if index <= current then return current, sum end
            if sum > 0 then
                local places = {}
                for step = 1, math.min(index - current, 61) do places[step] = (current + step) % 61 end
                local gone = redis.call('HMGET', key, unpack(places))
                for step = 1, #places do sum = sum - tonumber(gone[step] or 0) end
                redis.call('HDEL', key, unpack(places))
            end
            redis.call('HSET', key, 'c', index, 's', sum)
            redis.call('PEXPIRE', key, math.ceil(width * 63 / 1000))
            return index, sum
        end

        local function window_amounts(key)
            local amounts = {}
            local fields = redis.call('HGETALL', key)
            for place = 1, #fields, 2 do
                local number = tonumber(fields[place])
                if number then amounts[number] = tonumber(fields[place + 1]) end
            end
            return amounts
        end

        local function window_wait(item, now)
            if item.cost <= 0 or item.sum + item.cost <= item.limit then return nil end
            if item.cost > item.limit then return -1 end
            local excess = item.sum - item.limit + item.cost
            local amounts = window_amounts(item.key)
            for index = item.current - 60, item.current do
                if index >= 0 then
                    excess = excess - (amounts[index % 61] or 0)
                    if excess <= 0 then return math.max(1, (index + 61) * item.a - now) end
                end
            end
            return 61 * item.a
        end

        local function window_reset(item, now)
            local amounts = window_amounts(item.key)
            local index = item.current
            while index > 0 and (amounts[index % 61] or 0) == 0 do index = index - 1 end
            return (index + 61) * item.a - now
        end

        local function window_add(key, current, sum, amount)
            local added = math.min(amount, LARGEST - sum)
            if added > 0 then
                redis.call('HINCRBY', key, current % 61, added)
                redis.call('HINCRBY', key, 's', added)
            end
            return added
        end

        local function budget_advance(key, start, finish, seed)
            local fields = redis.call('HMGET', key, 'b', 'e', 's', 'r', 'a')
            local balance = {
                b = tonumber(fields[1] or 0), e = tonumber(fields[2] or 0), s = tonumber(fields[3] or 0),
                r = tonumber(fields[4] or 0), a = tonumber(fields[5] or 0),
            }
            local changed = false
            if seed ~= '' then
                local kept = {}
                for number in string.gmatch(seed, '[0-9]+') do kept[#kept + 1] = tonumber(number) end
                if not fields[2] or kept[1] > balance.b then
                    balance.b, balance.e, balance.s, balance.a = kept[1], kept[2], kept[3], kept[4]
                    changed = true
                elseif kept[1] == balance.b and kept[3] > balance.s then
                    balance.s, balance.a = kept[3], math.max(balance.a, kept[4])
                    changed = true
                end
            end
            if start >= balance.e then
                balance.b, balance.e, balance.s, balance.a = start, finish, 0, 0
                changed = true
            elseif finish > balance.e then
                balance.e = finish
                changed = true
            end
            if changed then
                redis.call('HSET', key, 'b', balance.b, 'e', balance.e, 's', balance.s, 'r', balance.r, 'a', balance.a)
            end
            return balance
        end

        local function budget_wait(item, now)
            local balance = item.balance
            if item.cost <= 0 or balance.s + balance.r + item.cost <= item.limit then return nil end
            if item.cost > item.limit then return -1 end
            if balance.s + item.cost <= item.limit then return -2 end
            if item.b >= FOREVER then return -1 end
            return math.max(1, balance.e - now)
        end

        local function budget_expire(key, finish, now)
            if finish >= FOREVER then return end
            redis.call('PEXPIRE', key, math.ceil(math.max(0, finish - now) / 1000) + 86400000)
        end

        local function budget_settle(key, balance, taken, actual, parts)
            balance.r = math.max(0, balance.r - taken)
            local reached = {}
            if actual > 0 then
                balance.s = balance.s + math.min(actual, LARGEST - balance.s)
                for part, amount in string.gmatch(parts, '([0-9]+):([0-9]+)') do
                    if tonumber(part) > balance.a and tonumber(amount) <= balance.s then
                        reached[#reached + 1] = tonumber(part)
                    end
                end
                if #reached > 0 then balance.a = reached[#reached] end
            end
            redis.call('HSET', key, 's', balance.s, 'r', balance.r, 'a', balance.a)
            return reached
        end

        local function settle_hold(kind, key, width, taken, place, actual, now)
            if kind == 'w' then
                local current, sum = window_advance(key, width, now)
                if actual > taken then
                    window_add(key, current, sum, actual - taken)
                elseif actual < taken and place <= current and current - place < 61 then
                    local there = tonumber(redis.call('HGET', key, place % 61) or 0)
                    local refund = math.min(taken - actual, there)
                    if refund > 0 then
                        redis.call('HINCRBY', key, place % 61, -refund)
                        redis.call('HINCRBY', key, 's', -refund)
                    end
                end
            elseif kind == 'c' then
                local held = math.max(0, tonumber(redis.call('GET', key) or 0) - taken)
                if held == 0 then redis.call('DEL', key) else redis.call('SET', key, held) end
            else
                local held = tonumber(redis.call('HGET', key, 'r') or 0)
                if held > 0 then redis.call('HSET', key, 'r', math.max(0, held - taken)) end
            end
        end

        local function purge(now)
            while true do
                local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 64)
                if #ids == 0 then return end
                for _, id in ipairs(ids) do
                    local packed = redis.call('HGET', KEYS[2], id)
                    if packed then
                        for _, hold in ipairs(cmsgpack.unpack(packed)) do
                            settle_hold(hold[2], hold[3], hold[4], hold[5], hold[6], 0, now)
                        end
                        redis.call('HDEL', KEYS[2], id)
                        redis.call('ZADD', KEYS[3], now, id)
                    end
                    redis.call('ZREM', KEYS[1], id)
                end
                redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 86400000000)
            end
        end


        """#
}
