-- One body, sent again and again; the figures as JSON on the last line.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"answers": %d, "seconds": %f, "failed": %d, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(99) / 1000))
end
