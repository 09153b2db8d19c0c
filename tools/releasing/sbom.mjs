// node sbom.mjs VERSION WORK: what is inside of the archives and the image, as CycloneDX 1.6. Read from what was built (mik.deps.json), the lock file of what is
// embedded, and the packages of the image's base. No time and no random number: the same release has the same list.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [version, work] = process.argv.slice(2);
const here = join(dirname(fileURLToPath(import.meta.url)), "../..");
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const components = new Map();
const add = (purl, name, of, more = {}) => components.set(purl, { type: "library", "bom-ref": purl, name, version: of, purl, ...more });

const published = join(work, "publish");
const platforms = existsSync(published) ? readdirSync(published).sort() : [];
if (platforms.length === 0) {
  console.error("error: nothing is built yet\n  try: tools/release VERSION publish");
  process.exit(1);
}

for (const platform of platforms) {
  for (const [key, library] of Object.entries(json(join(published, platform, "mik.deps.json")).libraries)) {
    const [name, of] = key.split("/");
    if (library.type === "package") {
      const hashes = library.sha512 ? [{ alg: "SHA-512", content: Buffer.from(library.sha512.replace(/^sha512-/, ""), "base64").toString("hex") }] : [];
      add(`pkg:nuget/${name}@${of}`, name, of, { hashes });
    } else if (library.type === "runtimepack") {
      const pack = name.replace(/^runtimepack\./, "");
      add(`pkg:nuget/${pack}@${of}`, pack, of, { type: "framework" });
    }
  }
  // Put beside the program, as archives.sh says: of the runtime's version.
  if (existsSync(join(published, platform, "crossgen2"))) {
    const frameworks = json(join(published, platform, "mik.runtimeconfig.json")).runtimeOptions.includedFrameworks;
    const of = frameworks.find((framework) => framework.name === "Microsoft.NETCore.App").version;
    const pack = `Microsoft.NETCore.App.Crossgen2.${platform}`;
    add(`pkg:nuget/${pack}@${of}`, pack, of, { type: "application" });
  }
}

// Only what is embedded: the bundler is not.
const assets = join(here, "src/Mik.Scripting/assets");
const locked = json(join(assets, "package-lock.json")).packages;
for (const name of Object.keys(json(join(assets, "package.json")).dependencies)) {
  const { version: of, license, integrity } = locked[`node_modules/${name}`];
  add(`pkg:npm/${name}@${of}`, name, of, {
    licenses: license ? [{ license: { id: license } }] : [],
    hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex") }],
  });
}

for (const architecture of ["amd64", "arm64"]) {
  const list = join(work, `base-${architecture}.txt`);
  if (existsSync(list)) {
    for (const line of readFileSync(list, "utf8").trim().split("\n")) {
      const [name, of, digest] = line.split(" ");
      add(`pkg:deb/debian/${name}@${encodeURIComponent(of)}?arch=${architecture}`, name, of, { hashes: [{ alg: "SHA-256", content: digest }] });
    }
  }
}

const self = { type: "application", "bom-ref": "mik", name: "mik", version, licenses: [{ license: { id: "MIT" } }] };
const listed = [...components.values()].sort((left, right) => (left.purl < right.purl ? -1 : 1));
console.log(JSON.stringify({
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString(), component: self },
  components: listed,
  dependencies: [{ ref: "mik", dependsOn: listed.map((component) => component["bom-ref"]) }],
}, null, 2));
