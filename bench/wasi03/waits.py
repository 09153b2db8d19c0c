#!/usr/bin/env python3
"""Many requests at once to a guest that waits: waits.py URL COUNT. Says how many were answered with 200, and how long all took."""
import asyncio, sys, time
from urllib.parse import urlsplit


async def ask(at, path):
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: {at.netloc}\r\nconnection: close\r\n\r\n".encode())
    status = (await reader.readline()).split(b" ")[1:2]
    await reader.read()
    writer.close()
    return status == [b"200"]


async def main(url, count):
    at = urlsplit(url)
    start = time.monotonic()
    answers = await asyncio.gather(*(ask(at, f"{at.path}?{at.query}") for _ in range(count)), return_exceptions=True)
    print(f"{sum(answer is True for answer in answers)} of {count} answered with 200 in {time.monotonic() - start:.1f} s")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
