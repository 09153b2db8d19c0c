import { script, ok, error } from "mik-sdk";
export default script(async (req, host) => {
  // Call auth handler
  const auth = await host.call("auth", {
    method: "POST",
    body: { token: req.body.token },
  });
  if (auth.status !== 200) {
    return error({ status: 401, title: "Unauthorized" });
  }
  // Call orders handler
  const order = await host.call("orders", {
    method: "POST",
    body: { user: auth.body.id, items: req.body.items },
  });
  return ok(order.body);
});
