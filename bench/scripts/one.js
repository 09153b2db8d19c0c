import { script, ok } from "mik-sdk";
export default script(async (req, host) => ok((await host.call("pricing", { body: { sku: "1" } })).body));
