import { script, ok, error } from "mik-sdk";
export default script(async (req, host) => {
  try {
    const result = await host.call("auth", { body: req.body });
    return ok(result.body);
  } catch (e) {
    switch (e.code) {
      case "CIRCUIT_OPEN":
        return error({ status: 503, title: "Service Unavailable" });
      case "TIMEOUT":
        return error({ status: 504, title: "Gateway Timeout" });
      case "MODULE_NOT_FOUND":
        return error({ status: 502, title: "Bad Gateway" });
      default:
        return error({ status: 500, title: "Internal Error" });
    }
  }
});
