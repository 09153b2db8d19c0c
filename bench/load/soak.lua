-- Posts the same JSON and compares every body with what the first answer should be (BODY), byte for byte.
local expected = os.getenv("BODY")
local sent = os.getenv("SEND")
if sent then
  wrk.method = "POST"
  wrk.body = sent
  wrk.headers["Content-Type"] = "application/json"
end
local threads = {}
wrong = 0
function setup(thread) table.insert(threads, thread) end
function response(status, _, body)
  if status ~= 200 or body ~= expected then wrong = wrong + 1 end
end
function done(summary)
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get("wrong") end
  local errors = summary.errors
  io.write(string.format("%d answers, %d wrong, %d not answered\n", summary.requests, sum,
    errors.connect + errors.read + errors.write + errors.timeout))
end
