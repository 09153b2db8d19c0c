-- Posts BYTES bytes (1 KB without), for servers that echo.
wrk.method = "POST"
wrk.body = string.rep("0123456789abcdef", tonumber(os.getenv("BYTES") or 1024) / 16)
wrk.headers["Content-Type"] = "application/octet-stream"
