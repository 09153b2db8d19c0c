from wit_world import exports
from wit_world.exports.handler import RequestData, Response
from wit_world.imports import client


class Handler(exports.Handler):
    """Called for each request, in a fresh instance: globals start anew every time."""

    def handle(self, req: RequestData) -> Response:
        if req.path == "/upstream":
            return upstream()
        return text(200, f"Hello from {{name}}! You asked for {req.path}.\n".encode())


def upstream() -> Response:
    """Asks another server, which http_allowed of mik.toml lists, and passes its answer on."""
    try:
        answer = client.send(client.Request(method="GET", url="http://127.0.0.1:3000/health/live", headers=[], body=None))
    except Exception as why:
        return text(502, str(why).encode())
    return text(answer.status, answer.body)


def text(status: int, body: bytes) -> Response:
    return Response(status=status, headers=[("content-type", "text/plain")], body=body)
