from wit_world import exports
from wit_world.exports.handler import RequestData, Response


class Handler(exports.Handler):
    """Called for each request, in a fresh instance: globals start anew every time."""

    def handle(self, req: RequestData) -> Response:
        return Response(
            status=200,
            headers=[("content-type", "text/plain")],
            body=f"Hello from {{name}}! You asked for {req.path}.\n".encode(),
        )
