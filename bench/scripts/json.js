import { script, ok } from "mik-sdk";
export default script(async (req) => ok({ hello: "world", path: req.path }));
